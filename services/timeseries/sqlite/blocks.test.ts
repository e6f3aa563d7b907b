/** Many Datastreams with few rows each, which one statement reads together, against the plainest way to answer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { options } from '../options.ts';
import type { AggregateQuery, RangeQuery, RowOrder, TimeseriesStore } from '../port.ts';
import { batchOf, everything, type TestRow } from '../test-rows.ts';
import { sqliteStore } from './index.ts';

const T = Date.UTC(2026, 5, 1);
const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
const STREAMS = 4000;
const WEEKS = 12;
/** One has very many rows, most of them within a minute. */
const BUSY = 777;
const BUSY_ROWS = 40_000;

const folder = mkdtempSync(join(tmpdir(), 'timeseries-blocks-'));
const rows: Required<Pick<TestRow, 'ds' | 't' | 'r'>>[] = [];
for (let week = 0; week < WEEKS; week++) {
  for (let k = 0; k < STREAMS; k++) {
    const ds = 3 * k + 1;
    // some are silent in some weeks, and in some results they stay far from all others
    if ((k + week) % 11 === 0) continue;
    for (let i = 0; i < 1 + ((k + week) % 3); i++) {
      const r = k % 50 === 0 ? 5000 : ((k * 7919 + week * 104_729 + i * 31) % 1000) / 10;
      rows.push({ ds, t: T + week * WEEK + i * 50 * HOUR + (k % 500) * 1000, r });
    }
  }
}
for (let i = 0; i < BUSY_ROWS; i++) {
  const t = T + 5 * WEEK + 60 * HOUR + (i < 35_000 ? i : i * 5000);
  rows.push({ ds: BUSY, t, r: ((i * 7919) % 1000) / 10 });
}

let store: TimeseriesStore;
beforeAll(async () => {
  // the memory for facts holds a part of them only
  const settings = { sliceRows: 6000, windowRows: 3000, factsMiB: 1, weeksBehind: 104, weeksAhead: 104 };
  store = sqliteStore({ folder, clock: { now: () => T }, options: options.parse(settings) });
  await store.start();
  for (let at = 0; at < rows.length; at += 20_000) await store.write(batchOf(rows.slice(at, at + 20_000)));
}, 60_000);
afterAll(async () => {
  await store.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ids = Array.from({ length: STREAMS }, (_, k) => 3 * k + 1);
const SELECTIONS = {
  all: null,
  'every second': ids.filter((_, k) => k % 2 === 0),
  'long runs with long gaps': ids.filter((_, k) => k % 400 < 200),
  'a few far apart, and one that is not there': [2, ...ids.filter((_, k) => k % 130 === 69)],
  'two, the busy one among them': [BUSY - 3, BUSY],
  'the busy one': [BUSY],
};
const RESULTS = {
  'rare results': { resultMin: 50, resultMax: 50.2 },
  'results of a few Datastreams': { resultMin: 4000, resultMax: null },
  'half of the results': { resultMin: null, resultMax: 50 },
  'any result': { resultMin: null, resultMax: null },
};
const TIMES = {
  always: { from: null, to: null },
  'a cut through weeks': { from: T + 2 * WEEK + 51 * HOUR, to: T + 7 * WEEK + 60 * HOUR },
  'a narrow time': { from: T + 5 * WEEK + 60 * HOUR + 100_000, to: T + 5 * WEEK + 60 * HOUR + 500_000 },
};
const PAGES = { 'to the end': [0, Infinity], 'a page': [0, 150], 'a page far behind': [4321, 250] } as const;
const ORDERS: readonly RowOrder[] = ['id', '-id', 'time', '-time'];

type Bounds = Pick<RangeQuery, 'datastreams' | 'from' | 'to' | 'resultMin' | 'resultMax'>;

function matching({ datastreams, from, to, resultMin, resultMax }: Bounds) {
  const asked = datastreams === null ? null : new Set(datastreams);
  const least = resultMin ?? -Infinity;
  const most = resultMax ?? Infinity;
  return rows.filter(
    ({ ds, t, r }) =>
      asked?.has(ds) !== false && t >= (from ?? -Infinity) && t < (to ?? Infinity) && r >= least && r <= most,
  );
}

async function keys(query: RangeQuery): Promise<number[]> {
  const found: number[] = [];
  for await (const chunk of store.scan(query)) {
    for (let i = 0; i < chunk.length; i++) found.push(chunk.ds[i]!, chunk.t[i]!, chunk.r[i]!);
  }
  return found;
}

test.for(Object.entries<number[] | null>(SELECTIONS))(
  'of %s, every order, bound and page answers right',
  { timeout: 120_000 },
  async ([, datastreams]) => {
    let visited = 0;
    for (const result of Object.values(RESULTS)) {
      for (const time of Object.values(TIMES)) {
        const bounds = { datastreams, ...result, ...time };
        const expected = matching(bounds);
        expect(await store.count({ ...everything, ...bounds })).toBe(expected.length);
        await expectSums(bounds, expected);
        const byTime = expected.toSorted((a, b) => a.t - b.t || a.ds - b.ds);
        const byId = expected.toSorted((a, b) => a.ds - b.ds || a.t - b.t);
        for (const order of ORDERS) {
          const sorted = order.endsWith('id') ? byId : byTime;
          for (const [offset, limit] of Object.values(PAGES)) {
            // all of everything once is enough
            if (limit === Infinity && sorted.length > 20_000 && order.startsWith('-')) continue;
            const page = (order.startsWith('-') ? sorted.toReversed() : sorted).slice(offset, offset + limit);
            const found = await keys({ ...bounds, order, offset, limit });
            if (found.length !== page.length * 3 || !page.every(({ ds, t, r }, i) => isAt(found, i, ds, t, r)))
              expect(found).toEqual(page.flatMap(({ ds, t, r }) => [ds, t, r]));
            visited++;
          }
        }
      }
    }
    expect(visited).toBeGreaterThan(130);
  },
);

function isAt(found: readonly number[], i: number, ds: number, t: number, r: number): boolean {
  return found[3 * i] === ds && found[3 * i + 1] === t && found[3 * i + 2] === r;
}

async function expectSums(bounds: Bounds, expected: ReturnType<typeof matching>): Promise<void> {
  const all: AggregateQuery = { ...bounds, edges: null, perDatastream: true, quantiles: [] };
  const wanted = new Map<number, { count: number; last: number; t: number }>();
  for (const { ds, t, r } of expected) {
    const one = wanted.get(ds) ?? { count: 0, last: r, t };
    wanted.set(ds, { count: one.count + 1, last: t >= one.t ? r : one.last, t: Math.max(t, one.t) });
  }
  const found = await store.aggregate(all);
  expect(found.length).toBe(wanted.size);
  for (let i = 0; i < found.length; i++) {
    const one = wanted.get(found.ds[i]!);
    if (one?.count !== found.count[i] || one?.last !== found.last[i]) expect.fail(`Datastream ${found.ds[i]}`);
  }
}
