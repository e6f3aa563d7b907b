import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type InfluxProxy,
  type InfluxServer,
  influxProxy,
  influxServer,
  needs,
  until,
} from '../../../../test/support/index.ts';
import { EARLIEST, EDITED_TIES, LATEST, RESULT } from '../../../model/index.ts';
import { memoryStore } from '../../memory/index.ts';
import type { AggregateQuery, RangeQuery, TimeseriesStore } from '../../port.ts';
import { batchOf, everything, extentRows, type ReadRow, readRows, scanAll, type TestRow } from '../../test-rows.ts';
import type { InfluxReader } from './index.ts';
import { placesOf, plantedReader } from './test-planted.ts';

const T = Date.UTC(2026, 5, 1);
const DAY = 86_400_000;
/** Rows lie before, in and behind these times. */
const CURRENT = { from: T - 100 * DAY, to: T + 100 * DAY };

const time = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }).map((k) => T + k * DAY) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 300 }).map((k) => T + k) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(EARLIEST, -1, 0, -7, CURRENT.from - 1, CURRENT.from, CURRENT.to, 2 ** 42, LATEST - 1),
  },
);
const stream = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constantFrom(300, 2_097_152, 2 ** 31 - 1));
const extra = fc.constantFrom('{"v":"a,\\"b\\"\\n\\u0000"}', '{"e":4102444800000}', '{"us":250,"p":{"ü":[1]}}');
const record = fc.integer({ min: 1, max: 40 });
const row: fc.Arbitrary<TestRow> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ ds: stream, t: time, r: fc.integer({ min: 0, max: 50 }), rec: record }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ds: stream,
      t: time,
      r: fc.double({ noNaN: true, min: -1e300, max: 1e300 }),
      rec: record,
      q: fc.integer({ min: 0, max: 15 }),
      x: extra,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ds: stream,
      t: time,
      r: fc.constantFrom(0, 1),
      type: fc.constant(RESULT.boolean),
      rec: record,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ds: stream,
      t: time,
      type: fc.constantFrom(RESULT.text, RESULT.object, RESULT.none),
      x: extra,
      rec: record,
    }),
  },
);
const bound = fc.option(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.double({ noNaN: true })), { nil: null });
const streams = fc.option(
  fc.uniqueArray(stream, { maxLength: 6 }).map((ids) => ids.sort((a, b) => a - b)),
  { nil: null },
);
const query: fc.Arbitrary<RangeQuery> = fc.record({
  datastreams: streams,
  from: fc.option(time, { nil: null }),
  to: fc.option(time, { nil: null }),
  resultMin: bound,
  resultMax: bound,
  order: fc.constantFrom('time', '-time', 'id', '-id'),
  offset: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 200 })),
  limit: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 0, max: 50 })),
});
const grouping = fc.record({
  edges: fc.option(
    fc.uniqueArray(time, { maxLength: 20 }).map((edges) => edges.sort((a, b) => a - b)),
    { nil: null },
  ),
  perDatastream: fc.boolean(),
  quantiles: fc.constantFrom<readonly number[]>([], [0.5, 0.95]),
});

describe.skipIf(needs('influxd') === null)('reading from a real InfluxDB', () => {
  let folder: string;
  let server: InfluxServer;
  let databases = 0;
  const started: InfluxReader[] = [];
  const planted = async (reference: TimeseriesStore, more: Partial<Parameters<typeof plantedReader>[1]> = {}) => {
    const reader = await plantedReader(reference, {
      url: server.url,
      database: `reading${databases++}`,
      current: CURRENT,
      ...more,
    });
    started.push(reader);
    return reader;
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'influx-reading-'));
    server = await influxServer(folder);
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((reader) => reader.stop()));
  });
  afterAll(async () => {
    await server?.kill();
    await rm(folder, { recursive: true });
  });

  test('whatever stands there, every question is answered like the reference, with pages and windows of any size [limit timeseries.influxdb.readSeries] [limit timeseries.influxdb.pageRows]', async () => {
    let visited = 0;
    const cases = fc.record({
      rows: fc.array(row, { minLength: 1, maxLength: 200, size: 'max' }),
      removed: fc.array(row, { maxLength: 8 }),
      dropped: fc.constantFrom<readonly number[]>([], [3], [3, 300]),
      queries: fc.array(query, { minLength: 12, maxLength: 12 }),
      groupings: fc.array(grouping, { minLength: 12, maxLength: 12 }),
      sizes: fc.record({
        pageRows: fc.constantFrom(100, 10_000),
        readSeries: fc.constantFrom(1, 3, 1000),
        readStatements: fc.constantFrom(1, 7, 200),
      }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ rows, removed, dropped, queries, groupings, sizes }) => {
        const reference = memoryStore();
        for (const one of rows) await reference.write(batchOf([one]), { mode: 'tie' });
        const high: ReadRow = {
          ...{ ds: 1, t: T + 5 * DAY, n: EDITED_TIES + 3, id: 0, rec: 900, r: 3, type: 0, q: 0, x: '' },
        };
        await reference.edit([
          { rec: 900, edits: [{ op: 'put', row: { ...high, id: 2 ** 41 + 3, x: { k: [2, T] } } }] },
        ]);
        const gone = removed.map((one, i) => ({ n: 400 + i, id: 0, q: 0, type: 0, r: 0, x: '', ...one, rec: 500 + i }));
        for (const { ds, t, n, rec } of gone) await reference.edit([{ rec, edits: [{ op: 'remove', ds, t, rec, n }] }]);
        const reader = await planted(reference, {
          removed: gone,
          dropped,
          influxdb: sizes,
          limits: { windowRows: 2000 },
        });
        await reference.edit([{ rec: 901, edits: dropped.map((ds) => ({ op: 'drop', ds }) as const) }]);
        for (const [i, asked] of [everything, ...queries].entries()) {
          expect(await scanAll(reader.asking, asked)).toEqual(await scanAll(reference, asked));
          expect(await reader.asking.count(asked)).toBe(await reference.count(asked));
          const { datastreams, from, to, resultMin, resultMax } = asked;
          const aggregate: AggregateQuery = {
            ...{ datastreams, from, to },
            ...(resultMin === undefined ? {} : { resultMin }),
            ...(resultMax === undefined ? {} : { resultMax }),
            ...(groupings[i] ?? { edges: null, perDatastream: false, quantiles: [] }),
          };
          expect(plain(await reader.asking.aggregate(aggregate))).toEqual(plain(await reference.aggregate(aggregate)));
          visited++;
        }
        const ids = [1, 2, 3, 4, 5, 6, 7, 8, 300, 2_097_152, 2 ** 31 - 1];
        for (const list of [ids, null])
          expect(extentRows(await reader.asking.extents(list))).toEqual(extentRows(await reference.extents(list)));
        expect(readRows(await reader.asking.last(ids))).toEqual(readRows(await reference.last(ids)));
        for (const found of await scanAll(reference)) {
          expect(readRows(await reader.asking.at(found.ds, found.t))).toEqual(
            readRows(await reference.at(found.ds, found.t)),
          );
          if (found.id > 0) expect(readRows((await reader.asking.byAssignedId(found.id))!)).toEqual([found]);
        }
        expect(readRows((await reader.asking.byClaim(2, T))!)).toEqual(readRows((await reference.byClaim(2, T))!));
        const times = [EARLIEST, ...Array.from({ length: 21 }, (_, k) => T + k * DAY), LATEST - 1];
        for (const ds of ids)
          expect(await reader.asking.occupied(ds, times)).toEqual(await reference.occupied(ds, times));
      }),
      { numRuns: 8, endOnFailure: true },
    );
    expect(visited).toBe(8 * 13);
  }, 240_000);

  describe('what the hub learns after a start', () => {
    let proxy: InfluxProxy;
    beforeAll(async () => {
      proxy = await influxProxy(server.port);
    });
    afterAll(() => proxy?.stop());
    afterEach(() => {
      proxy.mode = { kind: 'pass' };
    });
    const rows = Array.from({ length: 500 }, (_, k) => ({ ds: 1 + (k % 50), t: T + k * 60_000, r: k, rec: k }));
    const reader = async (learningShare: number) => {
      const reference = memoryStore();
      await reference.write(batchOf(rows));
      return planted(reference, { through: proxy.url, influxdb: { learningShare } });
    };
    const counted = (store: InfluxReader) => store.asking.count(everything).catch(() => -1);

    test('is counted without a question, and follows what the writer adds', async () => {
      const store = await reader(1);
      await until('the facts are learnt', async () => {
        const asked = proxy.seen.get('POST /query');
        return (await counted(store)) === rows.length && proxy.seen.get('POST /query') === asked;
      });
      proxy.mode = { kind: 'refuse' };
      expect(await store.asking.count({ ...everything, datastreams: [1, 2] })).toBe(20);
      store.tell({ kind: 'begins', batch: 1 });
      const added = {
        ds: Int32Array.of(1, 7),
        t: Float64Array.of(T - DAY, T),
        end: Float64Array.of(Number.NaN, T + 99 * DAY),
      };
      store.tell({ kind: 'ends', batch: 1, added, touched: Int32Array.of(9) });
      expect(await store.asking.count({ ...everything, datastreams: [1, 2, 7] })).toBe(32);
      expect(extentRows(await store.asking.extents([1, 7]))).toMatchObject([
        { ds: 1, count: 11, firstTime: T - DAY },
        { ds: 7, count: 11, lastTime: T + 99 * DAY },
      ]);
      await expect(store.asking.count({ ...everything, datastreams: [9] })).rejects.toMatchObject({
        code: 'store.unavailable',
      });
    });

    test('is nothing where it must cost nothing: then somebody asks', async () => {
      const store = await reader(0);
      proxy.mode = { kind: 'refuse' };
      expect(await counted(store)).toBe(-1);
      proxy.mode = { kind: 'pass' };
      expect(await counted(store)).toBe(rows.length);
    });

    test('a scan that is left early ends its question at the server', async () => {
      const store = await reader(0);
      proxy.mode = { kind: 'slow', milliseconds: 1000 };
      const scan = store.asking.scan(everything)[Symbol.asyncIterator]();
      // a sign of life, while the server is slow
      expect((await scan.next()).value).toMatchObject({ length: 0 });
      await scan.return?.(undefined);
      proxy.mode = { kind: 'pass' };
      expect(await counted(store)).toBe(rows.length);
    });

    test('while the server is away every question says so, and goes on when it is back', async () => {
      const store = await reader(0);
      const fault = { code: 'store.credentials', detail: 'The hub has no login.' } as const;
      store.tell({ kind: 'away', fault });
      await expect(store.asking.count(everything)).rejects.toMatchObject({ code: fault.code, message: fault.detail });
      await expect(scanAll(store.asking)).rejects.toMatchObject({ code: fault.code });
    });
  });

  test('a question that takes longer than it may is ended, and says which option it was', async () => {
    const proxy = await influxProxy(server.port);
    try {
      const reference = memoryStore();
      await reference.write(batchOf([{ ds: 1, t: T }]));
      const store = await planted(reference, { through: proxy.url, influxdb: { questionMs: 200, learningShare: 0 } });
      expect(await store.asking.count(everything)).toBe(1);
      proxy.mode = { kind: 'slow', milliseconds: 1000 };
      const late = store.asking.count({ ...everything, from: T });
      await expect(late).rejects.toMatchObject({ code: 'query.limit' });
      await expect(late).rejects.toThrow('timeseries.influxdb.questionMs');
    } finally {
      await proxy.stop();
    }
  });

  test('rows that are removed, restored and gone show and hide at once', async () => {
    const reference = memoryStore();
    await reference.write(batchOf([1, 2, 3].map((k) => ({ ds: 1, t: T + k, r: k, rec: k }))));
    const store = await planted(reference);
    const results = async () => (await scanAll(store.asking)).map(({ r }) => r);
    const second = placesOf([{ ds: 1, t: T + 2, n: 0, rec: 2 }]);
    store.tell({ kind: 'removed', places: second });
    expect([await results(), await store.asking.count(everything)]).toEqual([[1, 3], 2]);
    store.tell({ kind: 'restored', places: second });
    expect([await results(), await store.asking.count(everything)]).toEqual([[1, 2, 3], 3]);
    store.tell({ kind: 'removed', places: second });
    store.tell({ kind: 'removed', places: placesOf([{ ds: 1, t: T + 3, n: 0, rec: 3 }]) });
    expect(readRows(await store.asking.last([1])).map(({ r }) => r)).toEqual([1]);
    store.tell({ kind: 'dropped', ds: Int32Array.of(1) });
    expect([await results(), await store.asking.count(everything), (await store.asking.last([1])).length]).toEqual([
      [],
      0,
      0,
    ]);
  });
});

/** Sums of large and small numbers show in their last digits in which order they were made. */
function plain(found: Awaited<ReturnType<InfluxReader['asking']['aggregate']>>) {
  const rounded = (column: ArrayLike<number>) => Array.from(column, (value) => Number(value.toPrecision(10)));
  return {
    ...Object.fromEntries(Object.entries(found).map(([name, column]) => [name, listed(column)])),
    sum: rounded(found.sum),
    mean: rounded(found.mean),
  };
}

function listed(column: unknown): unknown {
  if (typeof column === 'number') return column;
  const list = Array.from(column as ArrayLike<unknown>);
  return list.map((value) => (typeof value === 'object' ? listed(value) : value));
}
