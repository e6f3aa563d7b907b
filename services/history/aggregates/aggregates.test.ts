import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type InfluxServer, influxServer, needs } from '../../../test/support/index.ts';
import {
  influxStore,
  memoryStore,
  sqliteStore,
  options as storeOptions,
  type TimeseriesStore,
} from '../../timeseries/index.ts';
import { TestCity, type TestSettings } from '../testing/index.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** A Thursday in summer, noon in UTC. */
const NOON = Date.UTC(2026, 6, 2, 12);
/** Its midnight on Berlin's clocks. */
const MIDNIGHT = Date.UTC(2026, 6, 1, 22);

const clock = { now: () => NOON };
type Make = (folder: string) => TimeseriesStore | Promise<TimeseriesStore>;
const stores: Readonly<Record<string, Make>> = {
  memory: () => memoryStore(),
  SQLite: (folder) => sqliteStore({ folder: join(folder, 'timeseries'), clock, options: storeOptions.parse({}) }),
};

describe.each(Object.entries(stores))('hours and days on the %s store', (_, make) => suite(make));

describe.skipIf(needs('influxd') === null)('hours and days on a real InfluxDB', () => {
  const root = mkdtempSync(join(tmpdir(), 'influxdb-'));
  let server: Promise<InfluxServer> | null = null;
  let databases = 0;
  afterAll(async () => {
    await (await server)?.kill();
    rmSync(root, { recursive: true, force: true });
  });
  suite(async (folder) => {
    server ??= influxServer(join(root, 'server'));
    const { url } = await server;
    return influxStore({
      folder: join(folder, 'timeseries'),
      clock,
      names: (ds) => ({ measurement: `property ${ds}`, place: 'mast' }),
      options: storeOptions.parse({ influxdb: { url, database: `city${++databases}` } }),
    });
  });
});

function suite(make: Make): void {
  let folder: string;
  let store: TimeseriesStore;
  let city: TestCity;

  const begin = async (settings: Partial<TestSettings> = {}, count = 1): Promise<void> => {
    city = new TestCity(folder, { store, now: NOON, ...settings });
    await city.start();
    await city.datastreams(count);
    await city.until(NOON);
  };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'aggregates-'));
    store = await make(folder);
    await store.start();
  });
  afterEach(async () => {
    await city.stop();
    await store.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const hours = (ds = 1) => city.standing(ds, 'hourly');
  const days = (ds = 1) => city.standing(ds, 'daily');

  it('an hour is computed when it is over and its grace too, as a MultiDatastream of its own', async () => {
    await begin();
    await city.write([
      { ds: 1, t: NOON, r: 20 },
      { ds: 1, t: NOON + 30 * MINUTE, r: 23 },
      { ds: 1, t: NOON + HOUR, r: 99 },
    ]);
    await city.until(NOON + HOUR + 4 * MINUTE);
    expect(await hours()).toEqual([]);
    await city.until(NOON + HOUR + 5 * MINUTE);
    expect(await hours()).toEqual([
      {
        start: NOON,
        end: NOON + HOUR,
        n: 0,
        id: 0,
        result: [21.5, 20, 23, 2],
        sums: { count: 2, numbers: 2, sum: 43, min: 20, max: 23, first: 20, last: 23 },
      },
    ]);
    const [stream] = [...city.catalogue.set('MultiDatastreams').values()];
    expect(stream).toMatchObject({
      name: 'Datastream 1 [1 hour]',
      thing: 1,
      sensor: 1,
      visibility: 'internal',
      aggregate: { datastream: 1, level: 'hourly', zone: null },
    });
    const names = stream!.observedProperties.map((id) => city.catalogue.set('ObservedProperties').get(id)?.name);
    expect(names).toEqual(['Mittelwert', 'Minimum', 'Maximum', 'Anzahl']);
  });

  it('a day is computed when it is over on the clocks of the city, from midnight to midnight', async () => {
    await begin();
    await city.write([
      { ds: 1, t: NOON + 5 * MINUTE, r: 1 },
      { ds: 1, t: MIDNIGHT + 24 * HOUR - 1, r: 3 },
      { ds: 1, t: MIDNIGHT + 24 * HOUR, r: 1000 },
    ]);
    await city.until(MIDNIGHT + 24 * HOUR + 4 * MINUTE);
    expect(await days()).toEqual([]);
    await city.until(MIDNIGHT + 24 * HOUR + 5 * MINUTE);
    expect(await days()).toMatchObject([{ start: MIDNIGHT, end: MIDNIGHT + 24 * HOUR, result: [2, 1, 3, 2] }]);
    expect((await hours()).map(({ start }) => start)).toEqual([NOON, MIDNIGHT + 23 * HOUR]);
  });

  it.each([
    ['23 hours in spring', Date.UTC(2026, 2, 28, 23), 23],
    ['25 hours in autumn', Date.UTC(2026, 9, 24, 22), 25],
  ])('the day of %s has them all and no others', async (_, start, length) => {
    await begin({ now: start - HOUR });
    const readings = Array.from({ length: length + 2 }, (_, i) => ({ ds: 1, t: start + (i - 1) * HOUR, r: i - 1 }));
    await city.write(readings);
    await city.until(start + 30 * HOUR);
    expect((await days()).filter((day) => day.start === start)).toMatchObject([
      { end: start + length * HOUR, result: [(length - 1) / 2, 0, length - 1, length] },
    ]);
    expect((await hours()).length).toBe(length + 2);
  });

  it('an hour without readings has no Observation, and one of texts alone has a count and no numbers', async () => {
    await begin();
    await city.write([
      { ds: 1, t: NOON },
      { ds: 1, t: NOON + 2 * HOUR, r: 5 },
      { ds: 1, t: NOON + 2 * HOUR + 1 },
    ]);
    await city.until(NOON + 4 * HOUR);
    expect((await hours()).map(({ start, result }) => [start - NOON, result])).toEqual([
      [0, [null, null, null, 1]],
      [2 * HOUR, [5, 5, 5, 2]],
    ]);
  });

  it('a late reading is in its hour and its day, whose Observations keep their ids', async () => {
    await begin();
    await city.write([{ ds: 1, t: NOON, r: 1 }]);
    await city.until(NOON + 48 * HOUR);
    const stream = city.aggregates.streamOf(1, 'hourly')!;
    const before = await store.at(stream, NOON);
    await city.write([{ ds: 1, t: NOON + MINUTE, r: 4 }]);
    await city.until(NOON + 48 * HOUR);
    expect(await hours()).toMatchObject([{ n: 0, id: 0, result: [2.5, 1, 4, 2] }]);
    expect(await days()).toMatchObject([{ n: 0, id: 0, result: [2.5, 1, 4, 2] }]);
    expect((await store.at(stream, NOON)).rec[0]).toBeGreaterThan(before.rec[0]!);
  });

  it('what a person changes or deletes changes the hour; the last one takes it along', async () => {
    await begin();
    await city.write([
      { ds: 1, t: NOON, r: 1 },
      { ds: 1, t: NOON + MINUTE, r: 3 },
    ]);
    await city.until(NOON + 48 * HOUR);
    const removal = async (t: number) => {
      const { rec } = await store.at(1, t);
      return { op: 'remove', ds: 1, t, rec: rec[0]! } as const;
    };
    const corrected = { ds: 1, t: NOON, n: 0, id: 0, type: 0, r: 5, q: 8, x: null };
    await city.edit(await removal(NOON), { op: 'put', row: corrected });
    await city.until(city.now);
    expect(await hours()).toMatchObject([{ result: [4, 3, 5, 2] }]);
    await city.edit(await removal(NOON));
    await city.until(city.now);
    expect(await days()).toMatchObject([{ result: [3, 3, 3, 1] }]);
    await city.edit(await removal(NOON + MINUTE));
    await city.until(city.now);
    expect([await hours(), await days()]).toEqual([[], []]);
  });

  it('history that is there is computed, oldest first, and what stands already is not written again', async () => {
    await begin({ hourly: null, daily: null }, 3);
    const readings = [1, 2, 3].flatMap((ds) =>
      Array.from({ length: 30 * 24 }, (_, i) => ({ ds, t: NOON - (i + 1) * HOUR, r: ds * 1000 + i })),
    );
    await city.write(readings);
    await city.until(NOON);
    expect(await hours()).toEqual([]);
    // an operator asks for aggregates: the hub starts with other options
    city.policies.class = { ...city.policies.class, hourly: Number.POSITIVE_INFINITY, daily: Number.POSITIVE_INFINITY };
    await city.fall();
    expect(city.aggregates.neededFrom(1)).toBe(Number.NEGATIVE_INFINITY);
    await city.until(NOON + 5 * MINUTE);
    expect((await hours(2)).length).toBe(30 * 24);
    expect((await days(3)).length).toBe(30);
    expect(city.aggregates.figures).toMatchObject({ staleHours: 0, written: 3 * (30 * 24 + 30) });
    await city.fall();
    await city.until(NOON + 5 * MINUTE);
    expect(city.aggregates.figures.written).toBe(0);
  });

  it('after days of standstill the hours since then are computed', async () => {
    await begin();
    await city.write([{ ds: 1, t: NOON, r: 1 }]);
    await city.until(NOON + 2 * HOUR);
    city.ledger.flush();
    await city.fall();
    await city.write([
      { ds: 1, t: NOON + 70 * HOUR, r: 2 },
      { ds: 1, t: NOON + 75 * HOUR, r: 3 },
    ]);
    await city.until(NOON + 100 * HOUR);
    expect((await hours()).map(({ start }) => (start - NOON) / HOUR)).toEqual([0, 70, 75]);
    expect((await days()).map(({ result }) => result)).toEqual([
      [1, 1, 1, 1],
      [2.5, 2, 3, 2],
    ]);
  });

  it('a late reading that was noted is not forgotten when the hub falls over before it is computed', async () => {
    await begin();
    await city.write([{ ds: 1, t: NOON, r: 1 }]);
    await city.until(NOON + 3 * HOUR);
    await city.write([{ ds: 1, t: NOON + 1, r: 2 }]);
    city.ledger.flush();
    await city.fall();
    await city.until(NOON + 3 * HOUR);
    expect(await hours()).toMatchObject([{ result: [1.5, 1, 2, 2] }]);
  });

  it('a hub that falls over in the middle of its work goes on, and writes nothing twice', async () => {
    await begin({ aggregatesAtOnce: 1 }, 20);
    await city.write(Array.from({ length: 20 }, (_, i) => ({ ds: i + 1, t: NOON, r: i })));
    city.ledger.flush();
    let written = 0;
    const fifth = new Promise<void>((resolve) => {
      city.registry.onApplied(() => {
        if (++written === 5) resolve();
      });
    });
    city.now = NOON + 2 * HOUR;
    const run = city.aggregates.run();
    await fifth;
    await city.fall();
    await run;
    const before = written;
    expect(before).toBeLessThan(20);
    await city.until(city.now);
    expect(city.aggregates.figures.written).toBe(20 - before);
    for (let ds = 1; ds <= 20; ds++)
      expect(await hours(ds)).toMatchObject([{ n: 0, result: [ds - 1, ds - 1, ds - 1, 1] }]);
  });

  it('an hour whose rows have expired is not computed from what is left', async () => {
    await begin();
    await city.write([
      { ds: 1, t: NOON, r: 1 },
      { ds: 1, t: NOON + MINUTE, r: 3 },
    ]);
    await city.until(NOON + 48 * HOUR);
    city.policies.cut = NOON + HOUR;
    await city.edit({ op: 'remove', ds: 1, t: NOON, rec: (await store.at(1, NOON)).rec[0]! });
    await city.until(city.now);
    expect(await hours()).toMatchObject([{ result: [2, 1, 3, 2] }]);
    expect(await days()).toMatchObject([{ result: [2, 1, 3, 2] }]);
    expect(city.aggregates.figures.staleHours).toBe(0);
  });

  it('a late reading of a day whose first rows have expired changes its hour, not the day', async () => {
    await begin();
    await city.write([
      { ds: 1, t: NOON, r: 1 },
      { ds: 1, t: NOON + 3 * HOUR, r: 3 },
    ]);
    await city.until(NOON + 48 * HOUR);
    city.policies.class = { ...city.policies.class, observations: 2 };
    city.policies.keptFrom = (ds) => Math.min(NOON + HOUR, city.aggregates.neededFrom(ds));
    await city.edit({ op: 'remove', ds: 1, t: NOON, rec: (await store.at(1, NOON)).rec[0]! });
    await city.write([{ ds: 1, t: NOON + 3 * HOUR + 1, r: 5 }]);
    expect(city.aggregates.neededFrom(1)).toBe(NOON + HOUR);
    city.ledger.flush();
    await city.fall();
    await city.until(NOON + 48 * HOUR);
    expect((await hours()).map(({ result }) => result)).toEqual([
      [1, 1, 1, 1],
      [4, 3, 5, 2],
    ]);
    expect(await days()).toMatchObject([{ result: [2, 1, 3, 2] }]);
  });

  it('rows are needed until their hours and their day are computed', async () => {
    await begin();
    await city.write([{ ds: 1, t: NOON, r: 1 }]);
    await city.until(NOON + 2 * HOUR + 5 * MINUTE);
    expect(city.aggregates.neededFrom(1)).toBe(MIDNIGHT);
    await city.until(MIDNIGHT + 24 * HOUR + 5 * MINUTE);
    expect(city.aggregates.neededFrom(1)).toBe(MIDNIGHT + 24 * HOUR);
    await city.write([{ ds: 1, t: NOON - 72 * HOUR, r: 1 }]);
    expect(city.aggregates.neededFrom(1)).toBe(MIDNIGHT - 72 * HOUR);
  });

  it('only what has numbers or booleans and a class that asks for it gets hours and days', async () => {
    await begin({ daily: null });
    const OM = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/';
    await city.datastreams(1, { observationType: `${OM}OM_TruthObservation` });
    await city.datastreams(1, { observationType: `${OM}OM_CategoryObservation` });
    await city.datastreams(1, { properties: { none: true } });
    await city.write([1, 2, 3, 4].map((ds) => ({ ds, t: NOON, r: 1 })));
    await city.until(NOON + 48 * HOUR);
    const made = [...city.catalogue.set('MultiDatastreams').values()].map(({ aggregate }) => aggregate);
    expect(made).toEqual([
      { datastream: 1, level: 'hourly', zone: null },
      { datastream: 2, level: 'hourly', zone: null },
    ]);
  });

  it('aggregates follow their Datastream in one change: who may see them, their name, their end', async () => {
    await begin();
    await city.write([{ ds: 1, t: NOON, r: 1 }]);
    await city.until(NOON + 48 * HOUR);
    const revisions: string[] = [];
    city.registry.onApplied(({ puts, removed }) => {
      revisions.push(
        [...puts, ...removed]
          .map(([set]) => set)
          .sort()
          .join(' '),
      );
    });
    await city.registry.change('test', (plan) => {
      plan.put(['Datastreams', { ...plan.get('Datastreams', 1)!, name: 'Pegel', visibility: 'public' }]);
    });
    const seen = () => [...city.catalogue.set('MultiDatastreams').values()].map((s) => [s.name, s.visibility]);
    expect(seen()).toEqual([
      ['Pegel [1 hour]', 'public'],
      ['Pegel [1 day]', 'public'],
    ]);
    await city.registry.change('test', (plan) => plan.remove('Datastreams', 1));
    expect(seen()).toEqual([]);
    expect(revisions).toEqual([
      'Datastreams MultiDatastreams MultiDatastreams',
      'Datastreams MultiDatastreams MultiDatastreams',
    ]);
    await city.until(NOON + 72 * HOUR);
    expect(seen()).toEqual([]);
  });

  it('while the store is behind nothing is computed', async () => {
    await begin();
    await city.write([{ ds: 1, t: NOON, r: 1 }]);
    city.isReady = false;
    await city.until(NOON + 2 * HOUR);
    expect(await hours()).toEqual([]);
    city.isReady = true;
    await city.until(NOON + 2 * HOUR);
    expect((await hours()).length).toBe(1);
  });

  it('a clock that ran ahead and was put back leaves no hour out', async () => {
    await begin();
    await city.until(Date.UTC(2036, 0, 1));
    await city.write([{ ds: 1, t: NOON + MINUTE, r: 1 }]);
    await city.until(NOON + 10 * MINUTE);
    await city.write([{ ds: 1, t: NOON + 2 * MINUTE, r: 3 }]);
    await city.until(NOON + HOUR + 5 * MINUTE);
    expect(await hours()).toMatchObject([{ result: [2, 1, 3, 2] }]);
  });
}
