/** Which ids an entity points at, by the index that leads back from them to it. */
import type { EntityId } from '../model/index.ts';
import type { CatalogueReader } from './catalogue.ts';
import type { Put } from './change.ts';

export type IndexName = keyof CatalogueReader['indexes'];
type Relation = readonly [index: IndexName, ids: readonly EntityId[]];

const NOTHING: readonly Relation[] = [];

/** For one set always the same indexes in the same order, so that two states of an entity can be compared. */
function relationsOf(put: Put): readonly Relation[] {
  switch (put[0]) {
    case 'Things': {
      const [, thing] = put;
      return [
        ['thingsOfLocation', thing.locations],
        ['partsOfThing', thing.parent === null ? [] : [thing.parent]],
      ];
    }
    case 'HistoricalLocations':
      return [
        ['historicalLocationsOfThing', [put[1].thing]],
        ['historicalLocationsOfLocation', put[1].locations],
      ];
    case 'Datastreams': {
      const [, stream] = put;
      return [
        ['datastreamsOfThing', [stream.thing]],
        ['datastreamsOfSensor', [stream.sensor]],
        ['datastreamsOfObservedProperty', [stream.observedProperty]],
        ['datastreamsOfFeature', featuresOf(stream)],
      ];
    }
    case 'MultiDatastreams': {
      const [, stream] = put;
      return [
        ['multiDatastreamsOfThing', [stream.thing]],
        ['multiDatastreamsOfSensor', [stream.sensor]],
        ['multiDatastreamsOfObservedProperty', stream.observedProperties],
        ['multiDatastreamsOfFeature', featuresOf(stream)],
        ['aggregatesOfDatastream', stream.aggregate === undefined ? [] : [stream.aggregate.datastream]],
      ];
    }
    default:
      return NOTHING;
  }
}

/** Calls `move` for each relation in which two states of an entity differ; undefined: it was, or is, not there. */
export function compareRelations(
  old: Put | undefined,
  next: Put | undefined,
  move: (index: IndexName, before: readonly EntityId[], after: readonly EntityId[]) => void,
): void {
  const before = old === undefined ? NOTHING : relationsOf(old);
  const after = next === undefined ? NOTHING : relationsOf(next);
  for (let i = 0; i < Math.max(before.length, after.length); i++) {
    const [index] = (after[i] ?? before[i]) as Relation;
    move(index, before[i]?.[1] ?? [], after[i]?.[1] ?? []);
  }
}

/** Every FeatureOfInterest that a Datastream names, once. */
function featuresOf(stream: {
  readonly features: readonly { readonly feature: EntityId }[];
  readonly otherFeatures?: readonly EntityId[];
}): readonly EntityId[] {
  const { features, otherFeatures = [] } = stream;
  if (features.length + otherFeatures.length < 2) return features.length === 0 ? otherFeatures : [features[0]!.feature];
  return [...new Set([...features.map((run) => run.feature), ...otherFeatures])];
}
