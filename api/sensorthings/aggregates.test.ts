/** $apply and $interval over long spans: from hours and days that the hub has computed, with the answer that rows give. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TestCity } from '../../services/history/testing/index.ts';
import { memoryStore, type TimeseriesStore } from '../../services/timeseries/index.ts';
import { type Api, serve } from './testing/index.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const DAY = 24 * HOUR;
/** Midnight in Berlin, four days before the clocks go back. */
const BEGIN = Date.UTC(2026, 9, 20, 22);
const DAYS = 9;

let folder: string;
let store: TimeseriesStore;
let city: TestCity;
let api: Api;
/** Without the hours and days. */
let plain: Api;
/** Spans of time that rows were asked for. */
let asked: [from: number, to: number][];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aggregates-'));
  store = memoryStore();
  city = new TestCity(folder, { store, now: BEGIN });
  await city.start();
  await city.datastreams(3, { visibility: 'public' });
  await city.until(BEGIN);
  asked = [];
  const source = new Proxy(city.overlay, {
    get(target, key) {
      const value = Reflect.get(target, key, target);
      if (key === 'aggregate')
        return (query: Parameters<typeof target.aggregate>[0]) => {
          asked.push([query.from ?? 0, query.to ?? 0]);
          return target.aggregate(query);
        };
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const parts = { catalogue: city.catalogue, registry: city.registry, latest: city.latest };
  const clock = { now: () => city.now };
  api = await serve({ ...parts, clock, store: source, aggregates: city.aggregates });
  plain = await serve({ ...parts, clock, store: city.overlay });
});
afterEach(async () => {
  await api.stop();
  await plain.stop();
  await city.stop();
  rmSync(folder, { recursive: true, force: true });
});

const path = (text: string) => `/${text.replaceAll(' ', '%20')}`;
const iso = (t: number) => new Date(t).toISOString();
const told = (...spans: [source: string, from: number, to: number][]) =>
  spans.map(([source, from, to]) => ({ phenomenonTime: `${iso(from)}/${iso(to)}`, source }));

/** Every ten minutes of all days. */
async function filled(): Promise<void> {
  const readings = [];
  for (let t = BEGIN; t < BEGIN + DAYS * DAY; t += 10 * MINUTE)
    for (const ds of [1, 2]) readings.push({ ds, t: t + ds, r: Math.sin(t / HOUR) * 10 * ds });
  await city.write(readings);
  await city.until(BEGIN + DAYS * DAY + 10 * MINUTE);
}

describe('an aggregation over a long span', () => {
  test('reads days, hours where a day is cut, and rows where an hour is, and says so', async () => {
    await filled();
    // half past ten of the first day to a quarter past four of the last; Berlin's clocks go back on the 25th
    const from = BEGIN + 10.5 * HOUR;
    const lastMidnight = BEGIN + 8 * DAY + HOUR;
    const to = lastMidnight + 4.25 * HOUR;
    const query = path(
      `Datastreams(1)/Observations?$apply=filter(phenomenonTime ge ${iso(from)} and phenomenonTime lt ${iso(to)})/aggregate(result with average as mean,result with min as low,result with max as high,result with sum as sum,$count as n,result with first as first,result with last as last)`,
    );
    const { body } = await api.get(query);
    expect(body['@stadtpegel.sources']).toEqual(
      told(
        ['raw', from, BEGIN + 11 * HOUR],
        ['hourly', BEGIN + 11 * HOUR, BEGIN + DAY],
        ['daily', BEGIN + DAY, lastMidnight],
        ['hourly', lastMidnight, lastMidnight + 4 * HOUR],
        ['raw', lastMidnight + 4 * HOUR, to],
      ),
    );
    expect(asked.length).toBe(2);
    const { body: expected } = await plain.get(query);
    expect(expected['@stadtpegel.sources']).toBeUndefined();
    const { mean, sum, ...exact } = body.value[0];
    expect(exact).toEqual((({ mean: _, sum: __, ...rest }) => rest)(expected.value[0]));
    expect(mean).toBeCloseTo(expected.value[0].mean, 10);
    expect(sum).toBeCloseTo(expected.value[0].sum, 6);
  });

  test('looks at Observations as they came over a short span, for percentiles, and for a part of an hour', async () => {
    await filled();
    for (const query of [
      `Datastreams(1)/Observations?$interval=PT1H&$filter=phenomenonTime lt ${iso(BEGIN + 40 * HOUR)}`,
      'Datastreams(1)/Observations?$apply=groupby((bucket(phenomenonTime,duration%27P1D%27)),aggregate(result with p95 as high))',
      'Datastreams(1)/Observations?$interval=PT30M',
      'Datastreams(1)/Observations?$interval=P1D&$filter=result gt 3',
    ]) {
      const { body } = await api.get(path(query));
      expect(body.value.length).toBeGreaterThan(1);
      expect(body['@stadtpegel.sources']).toBeUndefined();
      const { body: expected } = await plain.get(path(query));
      const named = (text: unknown) => JSON.stringify(text).replaceAll(plain.root, api.root);
      expect(named(body)).toBe(named(expected));
    }
  });

  test('takes rows where an hour waits to be computed again, and Observations are always those that came', async () => {
    await filled();
    const late = BEGIN + 3 * DAY + 5 * MINUTE;
    await city.write([{ ds: 1, t: late, r: 100 }]);
    const query = path("Datastreams(1)/Observations?$interval=P1D,'Europe/Berlin'");
    const { body } = await api.get(query);
    expect(body.value[3]).toMatchObject({ count: 145, max: 100 });
    expect(body['@stadtpegel.sources']).toContainEqual(told(['raw', BEGIN + 3 * DAY, BEGIN + 3 * DAY + HOUR])[0]);
    await city.until(city.now);
    const again = await api.get(query);
    expect(again.body.value[3]).toMatchObject({ count: 145, max: 100 });
    expect(again.body['@stadtpegel.sources'][0]).toEqual(told(['daily', BEGIN, BEGIN + 9 * DAY - 23 * HOUR])[0]);
    const { body: observations } = await api.get(path('Datastreams(1)/Observations?$count=true&$top=1'));
    expect(observations['@iot.count']).toBe(DAYS * 144 + 1);
  });

  test('answers for rows that have expired, and says which part nothing answers for', async () => {
    await filled();
    const { body: before } = await api.get(path("Datastreams(1)/Observations?$interval=P1D,'Europe/Berlin'"));
    const cut = BEGIN + 5 * DAY;
    for (const { op, ...edit } of await removals(cut))
      await store.edit([{ rec: 9_000_000 + edit.t, edits: [{ op, ...edit }] }]);
    city.policies.cut = cut;
    const { body } = await api.get(path("Datastreams(1)/Observations?$interval=P1D,'Europe/Berlin'"));
    expect(body.value).toEqual(before.value);
    const percentile = await api.get(
      path(
        "Datastreams(1)/Observations?$apply=groupby((bucket(phenomenonTime,duration'P1D')),aggregate(result with p95 as p))",
      ),
    );
    expect(percentile.body['@stadtpegel.sources'][0]).toMatchObject({ source: 'gone' });
    expect(percentile.body['@stadtpegel.sources'][1]).toMatchObject({ source: 'raw' });
  });

  test('as CSV it has what was read in a header', async () => {
    await filled();
    const { headers, text } = await api.get(
      path("Datastreams(1)/Observations?$interval=P1D,'Europe/Berlin'&$resultFormat=CSV"),
    );
    expect(headers.get('stadtpegel-sources')).toMatch(/^daily 2026-10-20T22:00:00\.000Z\/2026-10-\d\dT23:00:00\.000Z/);
    expect(text.split('\r\n').length).toBe(DAYS + 2);
  });

  test('an hour of a hidden Datastream is as hidden as its rows', async () => {
    await filled();
    await city.registry.change('test', (plan) => {
      plan.put(['Datastreams', { ...plan.get('Datastreams', 1)!, visibility: 'internal' }]);
    });
    const query = path('Observations?$apply=groupby((Datastream/id),aggregate($count as n))');
    const { body } = await api.get(query);
    type Group = Record<'Datastream' | 'MultiDatastream', { '@iot.id': number } | undefined>;
    const seen = body.value.map((group: Group) => (group.Datastream ?? group.MultiDatastream)?.['@iot.id']);
    expect(seen).toContain(2);
    for (const id of [1, city.aggregates.streamOf(1, 'hourly'), city.aggregates.streamOf(1, 'daily')])
      expect(seen).not.toContain(id);
  });
});

describe('an hour or a day that the hub computes', () => {
  test('is an Observation of a MultiDatastream that says what it is the aggregate of', async () => {
    await filled();
    const [hourly, daily] = (['hourly', 'daily'] as const).map((level) => city.aggregates.streamOf(1, level)!);
    const { body } = await api.get(path(`MultiDatastreams(${hourly})?$expand=ObservedProperties($select=name)`));
    expect(body).toMatchObject({
      name: 'Datastream 1 [1 hour]',
      properties: {
        aggregateFor: '/Datastreams(1)',
        'aggregateSource.Datastream@iot.id': 1,
        aggregateAmount: 1,
        aggregateUnit: 'Hours',
        aggregateTimeZone: 'UTC',
      },
      ObservedProperties: ['Mittelwert', 'Minimum', 'Maximum', 'Anzahl'].map((name) => ({ name })),
    });
    const found = await api.get(
      path(
        "MultiDatastreams?$filter=properties/aggregateFor eq '/Datastreams(1)' and properties/aggregateUnit eq 'Days'",
      ),
    );
    expect(found.body.value.map((stream: { '@iot.id': number }) => stream['@iot.id'])).toEqual([daily]);
    const observation = await api.get(path(`MultiDatastreams(${daily})/Observations?$top=1&$orderby=phenomenonTime`));
    expect(observation.body.value[0]).toMatchObject({
      phenomenonTime: `${iso(BEGIN)}/${iso(BEGIN + DAY)}`,
      resultTime: iso(BEGIN + DAY),
      result: [expect.any(Number), expect.any(Number), expect.any(Number), 144],
    });
  });

  test('is made, changed and deleted by nobody else', async () => {
    await filled();
    const hourly = city.aggregates.streamOf(1, 'hourly')!;
    const { body } = await api.get(path(`MultiDatastreams(${hourly})/Observations?$top=1`));
    const address = body.value[0]['@iot.selfLink'].slice(api.root.length);
    const result = { result: [1, 1, 1, 1] };
    const answers = [
      await api.send('POST', `/MultiDatastreams(${hourly})/Observations`, result),
      await api.send('PATCH', address, result),
      await api.send('DELETE', address),
      await api.send('DELETE', path(`MultiDatastreams(${hourly})/Observations?$filter=true`)),
    ];
    expect(answers.map(({ status, body: { code } }) => [status, code])).toEqual([
      [400, 'request.body'],
      [409, 'request.conflict'],
      [409, 'request.conflict'],
      [409, 'request.conflict'],
    ]);
    expect(answers[1]!.body.detail).toContain('Datastream 1');
    expect((await api.get(address)).body.result).toEqual(body.value[0].result);
  });

  test('goes when all Observations that it is computed of are deleted', async () => {
    await filled();
    const { status } = await api.send('DELETE', path(`Observations?$filter=phenomenonTime lt ${iso(BEGIN + DAY)}`));
    expect(status).toBe(200);
    await city.until(city.now);
    const [first] = await city.standing(2, 'daily');
    expect(first!.start).toBe(BEGIN + DAY);
    expect((await city.standing(1, 'hourly'))[0]!.start).toBe(BEGIN + DAY);
  });
});

async function removals(before: number) {
  const found = [];
  const query = { datastreams: [1], from: null, to: before, order: 'id', offset: 0, limit: Infinity } as const;
  for await (const { length, ds, t, n, rec } of store.scan(query))
    for (let i = 0; i < length; i++)
      found.push({ op: 'remove' as const, ds: ds[i]!, t: t[i]!, n: n[i]!, rec: rec[i]! });
  return found;
}

test('whatever span and groups are asked for, hours and days give what rows give', async () => {
  await filled();
  let told = 0;
  const span = fc.tuple(fc.integer({ min: 0, max: DAYS * 1440 }), fc.integer({ min: 0, max: DAYS * 1440 }));
  const late = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.integer({ min: 0, max: DAYS * 1440 })), { maxLength: 3 });
  const width = fc.constantFrom(
    'PT1H',
    'PT3H',
    'P1D',
    "P1D,'Europe/Berlin'",
    'P7D',
    "P1M,'Europe/Berlin'",
    "P1D,'Asia/Kolkata'",
  );
  await fc.assert(
    fc.asyncProperty(span, width, late, fc.boolean(), async ([a, b], wide, rows, mend) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)].map((minute) => iso(BEGIN + minute * MINUTE));
      await city.write(rows.map(([ds, minute]) => ({ ds, t: BEGIN + minute * MINUTE, r: minute })));
      if (mend) await city.until(city.now);
      const filter = `Datastream/id le 3 and phenomenonTime ge ${from} and phenomenonTime lt ${to}`;
      const query = path(`Observations?$interval=${wide}&$filter=${filter}&$top=1000`);
      const [{ body }, { body: expected }] = [await api.get(query), await plain.get(query)];
      if (body['@stadtpegel.sources'] !== undefined) told++;
      const numbers = (group: Record<string, unknown>) => ({
        ...group,
        mean: Number((group.mean as number).toFixed(9)),
        'Datastream@iot.navigationLink': '',
      });
      expect(body.value.map(numbers)).toEqual(expected.value.map(numbers));
    }),
    { numRuns: 60 },
  );
  expect(told).toBeGreaterThan(20);
}, 120_000);
