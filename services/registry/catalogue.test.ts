import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EntityId, SET_NAMES, type SetName } from '../model/index.ts';
import type { CatalogueReader } from './index.ts';
import { everything, randomStep, testRegistry } from './testing/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'registry-random-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Every index, made of the sets alone. */
function indexesOf(catalogue: CatalogueReader): Record<string, [EntityId, EntityId[]][]> {
  const turned = <N extends SetName>(set: N, to: (entity: never) => readonly (EntityId | null)[]) => {
    const index = new Map<EntityId, EntityId[]>();
    for (const [id, entity] of catalogue.set(set))
      for (const other of new Set(to(entity as never)))
        if (other !== null) index.set(other, [...(index.get(other) ?? []), id]);
    return [...index].sort(([a], [b]) => a - b);
  };
  type Stream = { features: { feature: EntityId }[]; otherFeatures?: EntityId[] };
  const features = (d: Stream) => [...d.features.map((run) => run.feature), ...(d.otherFeatures ?? [])];
  const locations = (e: { locations: EntityId[] }) => e.locations;
  const thing = (e: { thing: EntityId }) => [e.thing];
  const sensor = (e: { sensor: EntityId }) => [e.sensor];
  return {
    datastreamsOfThing: turned('Datastreams', thing),
    datastreamsOfSensor: turned('Datastreams', sensor),
    datastreamsOfObservedProperty: turned('Datastreams', (d: { observedProperty: EntityId }) => [d.observedProperty]),
    datastreamsOfFeature: turned('Datastreams', features),
    multiDatastreamsOfThing: turned('MultiDatastreams', thing),
    multiDatastreamsOfSensor: turned('MultiDatastreams', sensor),
    multiDatastreamsOfObservedProperty: turned(
      'MultiDatastreams',
      (d: { observedProperties: EntityId[] }) => d.observedProperties,
    ),
    multiDatastreamsOfFeature: turned('MultiDatastreams', features),
    aggregatesOfDatastream: turned('MultiDatastreams', (m: { aggregate?: { datastream: EntityId } }) =>
      m.aggregate === undefined ? [] : [m.aggregate.datastream],
    ),
    thingsOfLocation: turned('Things', locations),
    historicalLocationsOfThing: turned('HistoricalLocations', thing),
    historicalLocationsOfLocation: turned('HistoricalLocations', locations),
    partsOfThing: turned('Things', (t: { parent: EntityId | null }) => [t.parent]),
  };
}

test('sets are in ascending order, indexes say what the sets say, and replay and snapshot give all of it again', async () => {
  let changes = 0;
  const steps = fc.array(fc.array(randomStep, { minLength: 1, maxLength: 6 }), { minLength: 10, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(undefined, 'snapshot' as const), async (given, forget) => {
      const path = mkdtempSync(join(folder, 'run-'));
      const hub = await testRegistry(path);
      const { catalogue } = hub.registry;
      await Promise.all(
        given.map((one) => {
          changes += 1;
          const done = hub.registry.change('test', (plan) => {
            for (const step of one) step(plan);
          });
          for (const set of SET_NAMES) {
            const ids = [...catalogue.set(set).keys()];
            expect(ids).toEqual(ids.toSorted((a, b) => a - b));
          }
          const indexes = Object.entries(catalogue.indexes).map(([name, index]) => [
            name,
            [...index].sort(([a], [b]) => a - b),
          ]);
          expect(Object.fromEntries(indexes)).toEqual(indexesOf(catalogue));
          return done;
        }),
      );
      const before = everything(catalogue);
      await hub.crash(forget);
      const again = await testRegistry(path);
      expect(everything(again.registry.catalogue)).toEqual(before);
      await again.stop();
    }),
    { numRuns: 30 },
  );
  expect(changes).toBeGreaterThanOrEqual(300);
});
