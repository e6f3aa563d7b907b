/** The part of the contract that is about aggregates: against the plainest way to compute them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RESULT } from '../model/index.ts';
import type { AggregateQuery, Aggregates, TimeseriesStore } from './port.ts';
import { batchOf, type TestRow } from './test-rows.ts';

const T = Date.UTC(2026, 4, 4);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const all: AggregateQuery = {
  datastreams: null,
  from: null,
  to: null,
  edges: null,
  perDatastream: false,
  quantiles: [],
};

export function aggregateContract(name: string, make: () => Promise<TimeseriesStore> | TimeseriesStore): void {
  describe(`aggregates of the ${name} time-series store`, () => {
    const rows: TestRow[] = [];
    for (let k = 0; k < 1200; k++) {
      const ds = 1 + ((k * 7) % 5);
      const t = T + k * 2 * HOUR;
      if (k % 17 === 0) rows.push({ ds, t, type: RESULT.text, x: '{"v":"?"}', rec: k });
      else if (k % 13 === 0) rows.push({ ds, t, type: RESULT.boolean, r: k % 2, rec: k });
      else rows.push({ ds, t, r: ((k * 37) % 101) / 8, rec: k });
    }
    let store: TimeseriesStore;
    beforeAll(async () => {
      store = await make();
      await store.start();
      for (let at = 0; at < rows.length; at += 250) await store.write(batchOf(rows.slice(at, at + 250)));
    });
    afterAll(() => store.stop());

    const edges = Array.from({ length: 16 }, (_, k) => T + k * 6 * DAY + 3 * HOUR);
    const queries: Record<string, AggregateQuery> = {
      'everything as one group': { ...all, quantiles: [0, 0.5, 0.95, 1] },
      'a group per Datastream': { ...all, perDatastream: true, quantiles: [0.25] },
      'buckets over all Datastreams': { ...all, edges, quantiles: [0.5, 0.9] },
      'buckets per Datastream': { ...all, edges, perDatastream: true, quantiles: [0.1] },
      'some Datastreams, from and to, bounds of the result': {
        ...all,
        datastreams: [2, 3, 99],
        from: T + 10 * DAY,
        to: T + 60 * DAY,
        resultMin: 2,
        resultMax: 10,
        edges,
        perDatastream: true,
      },
      'buckets before all rows': { ...all, edges: [T - 3 * DAY, T - DAY, T] },
      'no bucket': { ...all, edges: [T] },
      'no Datastream': { ...all, datastreams: [] },
    };
    test.each(Object.entries(queries))('%s', async (_, query) => {
      const found = read(await store.aggregate(query));
      const expected = plainly(rows, query);
      expect(found.map(({ key }) => key)).toEqual(expected.map(({ key }) => key));
      found.forEach((group, i) => {
        for (const [k, value] of group.values.entries()) expect(value).toBeCloseTo(expected[i]!.values[k]!, 9);
      });
    });

    test('the groups are as many as the rows say', async () => {
      expect((await store.aggregate(queries['buckets per Datastream']!)).length).toBe(75);
      expect((await store.aggregate(queries['everything as one group']!)).length).toBe(1);
      expect((await store.aggregate(queries['no bucket']!)).length).toBe(0);
    });

    test('rows without a number are counted and nothing else', async () => {
      const text = rows.find((row) => row.type === RESULT.text && row.t > T)!;
      const found = await store.aggregate({ ...all, from: text.t, to: text.t + 1 });
      expect([found.length, found.count[0]]).toEqual([1, 1]);
      for (const column of ['mean', 'min', 'max', 'sum', 'first', 'last'] as const) expect(found[column][0]).toBeNaN();
    });
  });
}

interface Group {
  readonly key: string;
  readonly values: number[];
}

function read(found: Aggregates): Group[] {
  return Array.from({ length: found.length }, (_, i) => {
    const { count, mean, min, max, sum, first, last, quantiles } = found;
    const values = [count, mean, min, max, sum, first, last, ...quantiles].map((column) => column[i]!);
    return { key: `${found.ds[i]}/${found.bucket[i]}`, values };
  });
}

function plainly(rows: readonly TestRow[], query: AggregateQuery): Group[] {
  const { datastreams, from, to, resultMin = null, resultMax = null, edges, perDatastream, quantiles } = query;
  const groups = new Map<number, TestRow[]>();
  for (const row of rows) {
    if (datastreams !== null && !datastreams.includes(row.ds)) continue;
    if ((from !== null && row.t < from) || (to !== null && row.t >= to)) continue;
    if ((resultMin !== null || resultMax !== null) && row.type !== undefined) continue;
    if ((resultMin !== null && row.r! < resultMin) || (resultMax !== null && row.r! > resultMax)) continue;
    const bucket = edges === null ? 0 : edges.findIndex((edge, i) => row.t >= edge && row.t < (edges[i + 1] ?? edge));
    if (bucket === -1) continue;
    const key = (perDatastream ? row.ds : 0) * 1000 + bucket;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([key, group]) => {
      const numbers = group.filter((row) => row.type !== RESULT.text).map((row) => row.r!);
      const sorted = numbers.toSorted((a, b) => a - b);
      const sum = numbers.reduce((total, r) => total + r, 0);
      const at = (q: number): number => {
        const rank = q * (sorted.length - 1);
        const low = sorted[Math.floor(rank)]!;
        return low + (sorted[Math.ceil(rank)]! - low) * (rank % 1);
      };
      return {
        key: `${Math.floor(key / 1000)}/${key % 1000}`,
        values: [
          group.length,
          sum / numbers.length,
          sorted[0]!,
          sorted.at(-1)!,
          sum,
          numbers[0]!,
          numbers.at(-1)!,
          ...quantiles.map(at),
        ],
      };
    });
}
