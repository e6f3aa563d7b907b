import type { EntityId, EntitySets, SetName } from '../../../services/model/index.ts';
import type { CatalogueReader } from '../../../services/registry/index.ts';
import type { Stream } from '../schema/index.ts';

export type CatalogueParts = { readonly [N in SetName]?: readonly EntitySets[N][] };

/** A catalogue that does not change, with its indexes. */
export function catalogueOf(parts: CatalogueParts): CatalogueReader {
  const byId = <E extends { readonly id: EntityId }>(list: readonly E[] = []) =>
    new Map(list.toSorted((a, b) => a.id - b.id).map((e): [EntityId, E] => [e.id, e]));
  const sets = {
    Things: byId(parts.Things),
    Locations: byId(parts.Locations),
    HistoricalLocations: byId(parts.HistoricalLocations),
    Sensors: byId(parts.Sensors),
    ObservedProperties: byId(parts.ObservedProperties),
    Datastreams: byId(parts.Datastreams),
    MultiDatastreams: byId(parts.MultiDatastreams),
    FeaturesOfInterest: byId(parts.FeaturesOfInterest),
  };
  const features = (d: Stream) => [...d.features.map((f) => f.feature), ...(d.otherFeatures ?? [])];
  const index = <E extends { readonly id: EntityId }>(
    set: ReadonlyMap<EntityId, E>,
    keys: (e: E) => readonly EntityId[],
  ) => {
    const out = new Map<EntityId, EntityId[]>();
    for (const e of set.values()) {
      for (const key of new Set(keys(e))) {
        const ids = out.get(key);
        if (ids === undefined) out.set(key, [e.id]);
        else ids.push(e.id);
      }
    }
    return out;
  };
  return {
    set: <N extends SetName>(name: N) => sets[name] as unknown as ReadonlyMap<EntityId, EntitySets[N]>,
    organisations: new Map(),
    devices: new Map(),
    formerMountings: () => [],
    thingByKey: new Map(),
    indexes: {
      datastreamsOfThing: index(sets.Datastreams, (d) => [d.thing]),
      datastreamsOfSensor: index(sets.Datastreams, (d) => [d.sensor]),
      datastreamsOfObservedProperty: index(sets.Datastreams, (d) => [d.observedProperty]),
      datastreamsOfFeature: index(sets.Datastreams, features),
      multiDatastreamsOfThing: index(sets.MultiDatastreams, (d) => [d.thing]),
      multiDatastreamsOfSensor: index(sets.MultiDatastreams, (d) => [d.sensor]),
      multiDatastreamsOfObservedProperty: index(sets.MultiDatastreams, (d) => d.observedProperties),
      multiDatastreamsOfFeature: index(sets.MultiDatastreams, features),
      aggregatesOfDatastream: index(sets.MultiDatastreams, (m) =>
        m.aggregate === undefined ? [] : [m.aggregate.datastream],
      ),
      thingsOfLocation: index(sets.Things, (t) => t.locations),
      historicalLocationsOfThing: index(sets.HistoricalLocations, (h) => [h.thing]),
      historicalLocationsOfLocation: index(sets.HistoricalLocations, (h) => h.locations),
      partsOfThing: index(sets.Things, (t) => (t.parent === null ? [] : [t.parent])),
    },
    revision: 1,
  };
}
