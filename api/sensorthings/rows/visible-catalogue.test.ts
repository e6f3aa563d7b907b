/** What a reader sees, kept up step by step, is what a look at the whole catalogue says. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ADMIN, ANONYMOUS, maySee, type Reader } from '../../../services/access/index.ts';
import { type EntityId, SET_NAMES, type SetName } from '../../../services/model/index.ts';
import type { CatalogueReader } from '../../../services/registry/index.ts';
import {
  datastream,
  type location,
  randomStep,
  type TestRegistry,
  testRegistry,
  type thing,
} from '../../../services/registry/testing/index.ts';
import { VisibleCatalogue } from './visible-catalogue.ts';
import { VisibleViews } from './visible-views.ts';

const MEMBER: Reader = { kind: 'member', organisations: ['ulm'] };
const READERS = [ANONYMOUS, MEMBER, ADMIN];

/** docs/semantics.md, Visibility, word by word. */
function seen(catalogue: CatalogueReader, reader: Reader): Record<SetName, EntityId[]> {
  const all = reader.kind === 'admin';
  const owns = (e: { readonly organisation: string }) => all || reader.organisations.includes(e.organisation);
  const ids = <N extends SetName>(set: N, is: (e: never) => boolean) =>
    [...catalogue.set(set).values()].filter((e) => is(e as never)).map(({ id }) => id);
  const streams = [...catalogue.set('Datastreams').values()].filter((d) => maySee(reader, d));
  const multi = [...catalogue.set('MultiDatastreams').values()].filter((d) => maySee(reader, d));
  const both = [...streams, ...multi];
  const things = ids('Things', (t: ReturnType<typeof thing>) => owns(t) || both.some((d) => d.thing === t.id));
  const history = [...catalogue.set('HistoricalLocations').values()].filter((h) => all || things.includes(h.thing));
  const places = [...things.map((id) => catalogue.set('Things').get(id)!), ...history].flatMap((e) => e.locations);
  const properties = [...streams.map((d) => d.observedProperty), ...multi.flatMap((d) => d.observedProperties)];
  const features = both.flatMap((d) => [...d.features.map((run) => run.feature), ...(d.otherFeatures ?? [])]);
  const amongst = (of: readonly number[]) => (e: { id: number }) => all || of.includes(e.id);
  return {
    Datastreams: streams.map(({ id }) => id),
    MultiDatastreams: multi.map(({ id }) => id),
    Things: things,
    HistoricalLocations: history.map(({ id }) => id),
    Locations: ids('Locations', (l: ReturnType<typeof location>) => owns(l) || places.includes(l.id)),
    Sensors: ids('Sensors', amongst(both.map((d) => d.sensor))),
    ObservedProperties: ids('ObservedProperties', amongst(properties)),
    FeaturesOfInterest: ids('FeaturesOfInterest', amongst(features)),
  };
}

const shown = (view: VisibleCatalogue) =>
  Object.fromEntries(SET_NAMES.map((set) => [set, [...view.set(set).keys()]])) as Record<SetName, EntityId[]>;

let folder: string;
let hub: TestRegistry;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'views-'));
  hub = await testRegistry(folder);
});
afterEach(async () => {
  await hub.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a view', () => {
  test('that follows the changes holds what a view made anew holds, and what the rule says', async () => {
    let compared = 0;
    let hidden = 0;
    const changes = fc.array(fc.array(randomStep, { minLength: 1, maxLength: 5 }), { minLength: 20, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(changes, async (given) => {
        const path = mkdtempSync(join(folder, 'run-'));
        const { registry, stop } = await testRegistry(path);
        const views = new VisibleViews({ catalogue: registry.catalogue, changes: registry, limit: 8 });
        const followed = READERS.map((reader) => views.of(reader));
        const done: Promise<void>[] = [];
        for (const steps of given) {
          done.push(
            registry.change('test', (plan) => {
              for (const one of steps) one(plan);
            }),
          );
          READERS.forEach((reader, i) => {
            const view = views.of(reader);
            // it was not made anew
            expect(view).toBe(followed[i]);
            const expected = seen(registry.catalogue, reader);
            expect(shown(view)).toEqual(expected);
            expect(shown(new VisibleCatalogue(registry.catalogue, reader))).toEqual(expected);
            for (const set of SET_NAMES) {
              expect(view.set(set).size).toBe(expected[set].length);
              const all = registry.catalogue.set(set);
              for (const one of [1, 2, 3, 4, 5, 6]) {
                const entity = expected[set].includes(one) ? all.get(one) : undefined;
                expect(view.set(set).get(one)).toBe(entity);
                expect(view.set(set).has(one)).toBe(entity !== undefined);
              }
              hidden += all.size - expected[set].length;
            }
            const { Datastreams, MultiDatastreams } = expected;
            const streams =
              registry.catalogue.set('Datastreams').size + registry.catalogue.set('MultiDatastreams').size;
            expect(view.complete).toBe(Datastreams.length + MultiDatastreams.length === streams);
            compared += 1;
          });
        }
        await Promise.all(done);
        await stop();
      }),
      { numRuns: 30 },
    );
    expect(compared).toBeGreaterThanOrEqual(30 * 20 * READERS.length);
    expect(hidden).toBeGreaterThan(1000);
  });

  test('of the operator copies nothing', () => {
    const view = new VisibleCatalogue(hub.registry.catalogue, ADMIN);
    for (const set of SET_NAMES) expect(view.set(set)).toBe(hub.registry.catalogue.set(set));
  });

  test('passes over what goes or comes to be hidden while somebody reads it', async () => {
    const { registry } = hub;
    await registry.change('test', (plan) => {
      for (const n of [1, 2, 3, 4, 5]) plan.put(['Datastreams', datastream(n, { visibility: 'public' })]);
    });
    const views = new VisibleViews({ catalogue: registry.catalogue, changes: registry, limit: 1 });
    const found: number[] = [];
    for (const [n] of views.of(ANONYMOUS).set('Datastreams')) {
      found.push(n);
      if (n > 1) continue;
      await registry.change('test', (plan) => {
        plan.remove('Datastreams', 2);
        plan.put(['Datastreams', datastream(3)]);
        plan.put(['Datastreams', datastream(6)]);
        plan.put(['Datastreams', datastream(7, { visibility: 'public' })]);
      });
    }
    expect(found).toEqual([1, 4, 5, 7]);
  });

  test('are remembered for so many classes of readers, the oldest goes [limit sensorthings.views]', () => {
    const views = new VisibleViews({ catalogue: hub.registry.catalogue, changes: hub.registry, limit: 2 });
    const member = (organisation: string): Reader => ({ kind: 'member', organisations: [organisation] });
    const first = views.of(member('a'));
    const second = views.of(member('b'));
    expect(views.of(member('a'))).toBe(first);
    views.of(member('c'));
    expect(views.of(member('b'))).toBe(second);
    expect(views.of(member('a'))).not.toBe(first);
  });

  test('that missed a change is made anew', async () => {
    const { registry } = hub;
    const views = new VisibleViews({ catalogue: registry.catalogue, limit: 1 });
    expect(views.of(ANONYMOUS).set('Datastreams').size).toBe(0);
    await registry.change('test', (plan) => plan.put(['Datastreams', datastream(1, { visibility: 'public' })]));
    expect(views.of(ANONYMOUS).set('Datastreams').size).toBe(1);
  });
});
