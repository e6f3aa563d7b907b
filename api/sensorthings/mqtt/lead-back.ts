/** From a changed entity back to the topics that tell it, through what their readers may see. */
import { type Env, related } from '../plan/index.ts';
import type { CatalogueSet, Entity } from '../schema/index.ts';
import type { Place, Step, Topic } from './topic.ts';
import type { Listening, Shape } from './topic-index.ts';

/** Topics of this shape that tell the entity, which is one of the shape's target set in the catalogue. */
export function* leadBack(shape: Shape, entity: Entity, env: Env): Generator<Listening> {
  yield* shape.all;
  if (shape.byId.size > 0) yield* topicsBehind(shape, shape.steps, [entity], env);
}

/** The same from inside the path: `steps` are those that lead from an id to these entities. */
export function* topicsBehind(
  shape: Shape,
  steps: readonly Step[],
  entities: readonly Entity[],
  env: Env,
): Generator<Listening> {
  let here = entities;
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i]!;
    // a relation may lead back to very many; where fewer ids are asked for, these are looked at
    if (i === 0 && countBack(step, here, env) > shape.byId.size) {
      yield* asking(shape, step, new Set(here), env);
      return;
    }
    const before = new Set<Entity>();
    for (const entity of here) for (const other of related(step.back!, entity, env)) before.add(other);
    here = [...before];
  }
  for (const entity of here) {
    for (const listening of shape.byId.get(entity.id) ?? []) if (holds(listening.topic, env)) yield listening;
  }
}

function countBack(step: Step, entities: readonly Entity[], env: Env): number {
  return entities.reduce((sum, entity) => sum + step.back!.ids(entity, env).length, 0);
}

/** Topics whose first step leads to one of these. */
function* asking(shape: Shape, step: Step, to: ReadonlySet<Entity>, env: Env): Generator<Listening> {
  const set = env.visible(shape.from.name as CatalogueSet);
  for (const [id, listenings] of shape.byId) {
    const entity = set.get(Number(id));
    if (entity === undefined || !related(step.relation, entity, env).some((other) => to.has(other))) continue;
    for (const listening of listenings) if (holds(listening.topic, env)) yield listening;
  }
}

/** Do the places before the last one lead to it, as the path says? `Things(1)/Datastreams(2)` need not belong together. */
export function holds({ places }: Pick<Topic, 'places'>, env: Env): boolean {
  const [first, ...others] = places;
  if (first === undefined || others.length === 0) return true;
  let at = entityAt(first, env);
  for (const place of others) {
    // the rest is an Observation of this place, which is looked at when it comes
    if (place.set.name === 'Observations') return at !== undefined;
    at = at === undefined ? undefined : picked(at, place, env);
  }
  return at !== undefined;
}

/** The entity of the catalogue that a topic of one entity stands for; undefined: none, or it is an Observation. */
export function entityOf(topic: Topic, env: Env): Entity | undefined {
  const last = topic.places.at(-1);
  if (last === undefined || !holds(topic, env)) return undefined;
  return topic.steps.reduce(
    (at, { relation }) => (at === undefined ? undefined : related(relation, at, env)[0]),
    entityAt(last, env),
  );
}

function entityAt({ set, id }: Place, env: Env): Entity | undefined {
  return set.name === 'Observations' ? undefined : env.visible(set.name as CatalogueSet).get(Number(id));
}

function picked(from: Entity, { id, steps }: Place, env: Env): Entity | undefined {
  let at: Entity | undefined = from;
  for (const [i, { relation }] of steps.entries()) {
    if (at === undefined) return undefined;
    const others: Entity[] = related(relation, at, env);
    at = i === steps.length - 1 ? others.find((other) => other.id === id) : others[0];
  }
  return at;
}
