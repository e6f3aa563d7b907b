/** The part of the contract that is about ranges: half a year of rows, over many partitions, read in every way. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RESULT } from '../model/index.ts';
import type { RowOrder, TimeseriesStore } from './port.ts';
import { batchOf, everything, extentRows, readRows, scanAll, type TestRow } from './test-rows.ts';

const T = Date.UTC(2026, 5, 1, 12);
const MINUTE = 60_000;
const DAY = 86_400_000;
const ORDERS: readonly RowOrder[] = ['time', '-time', 'id', '-id'];

export function rangeContract(name: string, make: () => Promise<TimeseriesStore> | TimeseriesStore): void {
  describe(`the ${name} time-series store with half a year of 40 Datastreams`, () => {
    const rows: TestRow[] = [];
    for (let day = 0; day < 183; day += 2) {
      for (let ds = 1; ds <= 40; ds++) {
        // some gaps, and some text where numbers are usual
        if ((ds * 7 + day) % 11 === 0) continue;
        const t = T - 100 * DAY + day * DAY + (ds % 4) * MINUTE;
        rows.push(
          (ds + day) % 13 === 0
            ? { ds, t, type: RESULT.text, x: '{"v":"?"}', rec: day }
            : { ds, t, r: ds + day / 100, rec: day },
        );
      }
    }
    let store: TimeseriesStore;
    beforeAll(async () => {
      store = await make();
      await store.start();
      // in five writes, each over the whole time
      for (let k = 0; k < 5; k++) await store.write(batchOf(rows.filter((_, i) => i % 5 === k)));
    });
    afterAll(() => store.stop());

    test('every order is right, over partitions and within them, with offset and limit', async () => {
      expect(rows.length).toBeGreaterThan(3000);
      let visited = 0;
      for (const order of ORDERS) {
        const sign = order.startsWith('-') ? -1 : 1;
        const byTime = order.endsWith('time');
        const expected = rows
          .toSorted((a, b) => sign * (byTime ? a.t - b.t || a.ds - b.ds : a.ds - b.ds || a.t - b.t))
          .map(({ ds, t }) => `${ds}@${t}`);
        for (const [offset, limit] of [
          [0, Number.POSITIVE_INFINITY],
          [0, 1],
          [1, 100],
          [1500, 60],
          [rows.length - 2, 10],
          [rows.length, 10],
          [3, 0],
        ] as const) {
          const found = await scanAll(store, { order, offset, limit });
          expect(found.map(({ ds, t }) => `${ds}@${t}`)).toEqual(expected.slice(offset, offset + limit));
          visited++;
        }
      }
      expect(visited).toBe(28);
    });

    test('a time range includes its start and excludes its end', async () => {
      const { t } = rows[1000]!;
      const at = rows.filter((row) => row.t === t).length;
      expect(at).toBeGreaterThan(0);
      expect(await store.count({ ...everything, from: t, to: t + 1 })).toBe(at);
      expect(await store.count({ ...everything, from: t, to: t })).toBe(0);
      expect(await scanAll(store, { from: t, to: t + 1, order: 'time' })).toHaveLength(at);
      expect(await scanAll(store, { from: t + 1, to: t })).toHaveLength(0);
    });

    test('bounds of the result find numbers only', async () => {
      const numbers = rows.filter((row) => row.type === undefined);
      const between = numbers.filter((row) => row.r! >= 20 && row.r! <= 21.5).length;
      expect(between).toBeGreaterThan(0);
      for (const order of ORDERS)
        expect(await scanAll(store, { order, resultMin: 20, resultMax: 21.5 })).toHaveLength(between);
      expect(await store.count({ ...everything, resultMin: 20, resultMax: 21.5 })).toBe(between);
      expect(await store.count({ ...everything, resultMin: -1e9 })).toBe(numbers.length);
      expect(await store.count({ ...everything, resultMax: 0 })).toBe(0);
    });

    test('a query for some Datastreams gives theirs only, also when it names unknown ones', async () => {
      const asked = [2, 3, 17, 9999];
      const expected = rows.filter((row) => asked.includes(row.ds)).length;
      for (const order of ORDERS) expect(await scanAll(store, { order, datastreams: asked })).toHaveLength(expected);
      expect(await store.count({ ...everything, datastreams: asked })).toBe(expected);
      expect(await store.count({ ...everything, datastreams: [] })).toBe(0);
      expect(await scanAll(store, { datastreams: [], order: 'time' })).toEqual([]);
    });

    test('extents and last know the first and the last of a Datastream', async () => {
      const ids = [...Array(42).keys()];
      const last = readRows(await store.last(ids));
      expect(last.map((row) => row.ds)).toEqual(ids.slice(1, 41));
      for (const { ds, t } of last) {
        const times = rows.filter((row) => row.ds === ds).map((row) => row.t);
        expect(t).toBe(Math.max(...times));
        const extent = { ds, count: times.length, firstTime: Math.min(...times), lastTime: t };
        expect(extentRows(await store.extents([ds]))).toEqual([extent]);
        expect(extentRows(await store.extents(null))).toContainEqual(extent);
      }
    });

    test('chunks have at most 2,000 rows', async () => {
      let read = 0;
      for await (const chunk of store.scan({ ...everything, order: 'time' })) {
        read += chunk.length;
        expect(chunk.length).toBeLessThanOrEqual(2000);
      }
      expect(read).toBe(rows.length);
    });

    test('a scan that is left early frees the reader, as often as one likes', async () => {
      for (let k = 0; k < 60; k++) {
        let read = 0;
        for await (const chunk of store.scan({ ...everything, order: ORDERS[k % 4]! })) {
          read += chunk.length;
          if (read > 0) break;
        }
        expect(read).toBeLessThanOrEqual(2000);
      }
      expect(await scanAll(store)).toHaveLength(rows.length);
    }, 120_000);

    test('several scans at once each give all their rows', async () => {
      const scans = await Promise.all([...ORDERS, ...ORDERS].map((order) => scanAll(store, { order })));
      for (const scan of scans) expect(scan).toHaveLength(rows.length);
    });
  });
}
