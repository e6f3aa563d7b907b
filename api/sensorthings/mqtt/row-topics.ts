/** From an Observation to the topics that tell it: a few look-ups, however many topics there are. */
import type { Env } from '../plan/index.ts';
import { featureOf, type Observation } from '../schema/index.ts';
import { holds } from './lead-back.ts';
import type { Place } from './topic.ts';
import type { Listening, Shape, TopicIndex } from './topic-index.ts';

/** Can there be a topic for Observations of this stream? For every reading of the city, before anything is made of it. */
export function mayBeWanted(index: TopicIndex, stream: number): boolean {
  for (const { from, all, byId } of index.of('Observations')) {
    if (all.size > 0) return true;
    if (isStream(from.name) ? byId.has(stream) : byId.size > 0) return true;
  }
  return false;
}

/** Nothing where the Observation's stream is hidden. */
export function* rowTopics(index: TopicIndex, row: Observation, env: Env): Generator<Listening> {
  if (env.stream(row.datastream) === undefined) return;
  for (const shape of index.of('Observations')) {
    yield* shape.all;
    if (shape.byId.size === 0) continue;
    const id = lastId(shape, row, env);
    if (id === null) continue;
    for (const listening of shape.byId.get(id) ?? []) {
      const { topic } = listening;
      if (shape.from.name === 'Observations' && !belongs(row, topic.places.at(-2), env)) continue;
      if (holds(topic, env)) yield listening;
    }
  }
}

/** The id that stands last in the topics of a shape. */
function lastId({ from }: Shape, row: Observation, env: Env): number | bigint | null {
  switch (from.name) {
    case 'Observations':
      return BigInt(row.idText);
    case 'FeaturesOfInterest':
      return featureOf(row, env.stream(row.datastream)!);
    case 'Datastreams':
    case 'MultiDatastreams':
      return env.visible(from.name).has(row.datastream) ? row.datastream : null;
    default:
      return null;
  }
}

/** `Datastreams(1)/Observations(5)`: is it one of that place? */
function belongs(row: Observation, place: Place | undefined, env: Env): boolean {
  if (place === undefined) return true;
  if (place.set.name === 'FeaturesOfInterest') return featureOf(row, env.stream(row.datastream)!) === place.id;
  return row.datastream === place.id && env.visible(place.set.name as 'Datastreams').has(row.datastream);
}

function isStream(set: string): boolean {
  return set === 'Datastreams' || set === 'MultiDatastreams';
}
