/**
 * What every time-series store must do. Each adapter's test runs this suite with a function that makes an empty store, not
 * started; where the adapter has limits on the size of its parts, it makes them small, so that the cases cross them.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CodedError, EARLIEST, LATEST, QUALITY, RESULT } from '../model/index.ts';
import { aggregateContract } from './contract-aggregate.ts';
import { editContract } from './contract-edit.ts';
import { expireContract } from './contract-expire.ts';
import { agreesWithReference } from './contract-random.ts';
import { rangeContract } from './contract-range.ts';
import { rebuiltContract } from './contract-rebuilt.ts';
import { reviseContract } from './contract-revise.ts';
import { transferContract } from './contract-transfer.ts';
import type { TimeseriesStore } from './port.ts';
import { batchOf, everything, readRows, scanAll, type TestRow } from './test-rows.ts';

const T = Date.UTC(2026, 5, 1, 12);
const DAY = 86_400_000;

export function storeContract(name: string, make: () => Promise<TimeseriesStore> | TimeseriesStore): void {
  describe(`the ${name} time-series store`, () => {
    let store: TimeseriesStore;
    beforeEach(async () => {
      store = await make();
      await store.start();
    });
    afterEach(() => store.stop());

    const write = (rows: readonly TestRow[], mode?: 'first' | 'tie') =>
      store.write(batchOf(rows), mode === undefined ? undefined : { mode });

    test('is empty at first', async () => {
      expect(await scanAll(store)).toEqual([]);
      expect(await store.count(everything)).toBe(0);
      expect((await store.extents([1])).length).toBe(0);
      expect((await store.extents(null)).length).toBe(0);
      expect(await store.byClaim(1, T)).toBeNull();
      expect(await store.occupied(1, [T])).toEqual([false]);
      expect(await store.byAssignedId(1)).toBeNull();
      expect((await store.at(1, T)).length).toBe(0);
      expect((await store.last([1, 2])).length).toBe(0);
      expect((await store.last([])).length).toBe(0);
    });

    test('takes an empty batch', async () => {
      expect(await write([])).toEqual({ inserted: 0, replayed: 0, conflicts: [] });
    });

    test('gives every column back as it was written', async () => {
      const row = { ds: 3, t: T, r: -12.625, rec: 2 ** 40, q: QUALITY.implausible | QUALITY.edited, x: '{"us":250}' };
      expect(await write([row])).toEqual({ inserted: 1, replayed: 0, conflicts: [] });
      expect(await scanAll(store)).toEqual([{ ...row, n: 0, type: RESULT.number, id: 0 }]);
    });

    test('keeps the JSON type of a result: number, boolean, text, object, none', async () => {
      await write([
        { ds: 1, t: T, r: 1, type: RESULT.number },
        { ds: 1, t: T + 1, r: 1, type: RESULT.boolean },
        { ds: 1, t: T + 2, type: RESULT.text, x: '{"v":"voll \\u0000 ✓"}' },
        { ds: 1, t: T + 3, type: RESULT.object, x: '{"v":{"a":[1,2]}}' },
        { ds: 1, t: T + 4, type: RESULT.none },
      ]);
      const rows = await scanAll(store);
      expect(rows.map((row) => row.type)).toEqual([0, 1, 2, 3, 4]);
      expect(rows.map((row) => row.r)).toEqual([1, 1, Number.NaN, Number.NaN, Number.NaN]);
      expect(rows.map((row) => row.x)).toEqual(['', '', '{"v":"voll \\u0000 ✓"}', '{"v":{"a":[1,2]}}', '']);
    });

    test('keeps numbers exactly: the smallest, the largest, and what has no short decimal', async () => {
      const numbers = [
        Number.MIN_VALUE,
        Number.MAX_VALUE,
        -Number.MAX_VALUE,
        0.1 + 0.2,
        2 ** 53,
        1e-300,
        123456789.125,
      ];
      await write(numbers.map((r, i) => ({ ds: 1, t: T + i, r })));
      expect((await scanAll(store)).map((row) => row.r)).toEqual(numbers);
    });

    test('does not touch the arrays of its caller, and takes columns that are longer than the batch', async () => {
      const batch = batchOf([1, 2, 3].map((ds) => ({ ds, t: T, r: ds })));
      await store.write({ ...batch, length: 2 });
      expect([...batch.ds]).toEqual([1, 2, 3]);
      expect((await scanAll(store)).map((row) => row.r)).toEqual([1, 2]);
    });

    test('a replayed record changes nothing and is counted as replayed', async () => {
      const rows = [1, 2, 3].map((ds) => ({ ds, t: T, r: ds, rec: 10 }));
      await write(rows);
      expect(await write(rows)).toEqual({ inserted: 0, replayed: 3, conflicts: [] });
      const more = [...rows, { ds: 4, t: T, r: 4, rec: 10 }];
      expect(await write(more)).toEqual({ inserted: 1, replayed: 3, conflicts: [] });
      expect(await store.count(everything)).toBe(4);
    });

    test('another record at the same instant is a conflict that names index and records, and is not stored', async () => {
      await write([{ ds: 1, t: T, r: 1, rec: 10 }]);
      const report = await write([
        { ds: 1, t: T + 1, r: 7, rec: 11 },
        { ds: 1, t: T, r: 2, rec: 11 },
      ]);
      expect(report).toEqual({ inserted: 1, replayed: 0, conflicts: [{ index: 1, records: [10] }] });
      expect((await scanAll(store)).map((row) => row.r)).toEqual([1, 7]);
    });

    test('two records at one instant in the same batch: the first is stored, the second is the conflict', async () => {
      const report = await write([
        { ds: 1, t: T, r: 1, rec: 10 },
        { ds: 1, t: T, r: 2, rec: 11 },
        { ds: 1, t: T, r: 3, rec: 10 },
      ]);
      expect(report).toEqual({ inserted: 1, replayed: 1, conflicts: [{ index: 1, records: [10] }] });
      expect((await scanAll(store)).map((row) => row.r)).toEqual([1]);
    });

    test('a tie gets the next number and an assigned id, by which it is found; written again it is a replay', async () => {
      await write([{ ds: 1, t: T, r: 1, rec: 10 }]);
      expect(await write([{ ds: 1, t: T, r: 2, rec: 11 }], 'tie')).toMatchObject({ inserted: 1 });
      expect(await write([{ ds: 1, t: T, r: 3, rec: 12 }], 'tie')).toMatchObject({ inserted: 1 });
      expect(await write([{ ds: 1, t: T, r: 9, rec: 11 }], 'tie')).toEqual({ inserted: 0, replayed: 1, conflicts: [] });
      const rows = readRows(await store.at(1, T));
      expect(rows.map(({ n, r }) => [n, r])).toEqual([
        [0, 1],
        [1, 2],
        [2, 3],
      ]);
      expect(rows[0]!.id).toBe(0);
      expect(new Set(rows.map((row) => row.id)).size).toBe(3);
      for (const row of rows.slice(1)) {
        expect(row.id).toBeGreaterThanOrEqual(1);
        expect(readRows((await store.byAssignedId(row.id))!)).toEqual([row]);
      }
      expect(await write([{ ds: 1, t: T, r: 4, rec: 13 }])).toMatchObject({
        conflicts: [{ index: 0, records: [10, 11, 12] }],
      });
    });

    test('the first reading of an instant may come as a tie: it gets n = 0 and needs no assigned id', async () => {
      await write([{ ds: 1, t: T, r: 1, rec: 10 }], 'tie');
      expect(readRows(await store.at(1, T))).toMatchObject([{ n: 0, id: 0 }]);
    });

    test('times that the layout of ids cannot hold, and high Datastream ids, get assigned ids', async () => {
      const odd = [
        { ds: 1, t: EARLIEST },
        { ds: 1, t: -1 },
        { ds: 1, t: 2 ** 42 },
        { ds: 1, t: LATEST - 1 },
        { ds: 2_097_152, t: T },
      ];
      const plain = [
        { ds: 1, t: 0 },
        { ds: 1, t: 2 ** 42 - 1 },
        { ds: 2_097_151, t: T },
      ];
      await write([...odd, ...plain]);
      const rows = await scanAll(store);
      expect(rows).toHaveLength(8);
      for (const row of rows) expect(row.id > 0).toBe(odd.some(({ ds, t }) => ds === row.ds && t === row.t));
      for (const row of rows) if (row.id > 0) expect(readRows((await store.byAssignedId(row.id))!)).toEqual([row]);
    });

    test('rows that come out of order are read in order', async () => {
      for (const t of [5, 1, 3, 2, 4]) await write([{ ds: 1, t: T + t * DAY, r: t, rec: t }]);
      expect((await scanAll(store)).map((row) => row.r)).toEqual([1, 2, 3, 4, 5]);
      expect((await scanAll(store, { order: '-time' })).map((row) => row.r)).toEqual([5, 4, 3, 2, 1]);
    });

    test('rows before and between those of earlier writes are replayed and refused like any other', async () => {
      await write([1, 3, 5].map((k) => ({ ds: 1, t: T + k, rec: k })));
      await write([0, 2, 4, 6].map((k) => ({ ds: 1, t: T + k, rec: k })));
      const again = await write([0, 1, 2, 3, 4, 5, 6].map((k) => ({ ds: 1, t: T + k, rec: k < 6 ? k : 99 })));
      expect(again).toEqual({ inserted: 0, replayed: 6, conflicts: [{ index: 6, records: [6] }] });
    });

    test('many writes at once are each answered for their own rows', async () => {
      await write([{ ds: 50, t: T, rec: 1 }]);
      const reports = await Promise.all(
        Array.from({ length: 100 }, (_, k) =>
          write([
            { ds: k + 1, t: T, rec: 2 },
            { ds: k + 1, t: T + 1, rec: 2 },
            { ds: k + 1, t: T + (k % 2), rec: k % 3 === 0 ? 2 : 3 },
          ]),
        ),
      );
      reports.forEach((report, k) => {
        const conflicts = [];
        if (k === 49) conflicts.push({ index: 0, records: [1] });
        if (k % 3 !== 0) conflicts.push({ index: 2, records: [2] });
        const replayed = k % 3 === 0 ? 1 : 0;
        expect(report).toEqual({ inserted: 3 - replayed - conflicts.length, replayed, conflicts });
      });
    });

    test('a write that has resolved is seen by every read that begins then', async () => {
      for (let k = 0; k < 30; k++) {
        // one Datastream stays within a few milliseconds, the other goes on to other weeks
        await write([
          { ds: 1, t: T + k * 9 * DAY, r: k, rec: k },
          { ds: 2, t: T + k, r: k, rec: k },
        ]);
        expect(readRows(await store.last([1, 2])).map((row) => row.r)).toEqual([k, k]);
        expect(await store.count(everything)).toBe(2 * (k + 1));
      }
    });

    const good = { ds: 1, t: T, r: 1 };
    test.each<[string, TestRow, string]>([
      ['a number that is NaN', { ...good, r: Number.NaN }, 'r is NaN'],
      ['an infinite number', { ...good, r: Number.POSITIVE_INFINITY }, 'r is Infinity'],
      ['a boolean that is 2', { ...good, type: RESULT.boolean, r: 2 }, 'r is 2'],
      ['a time before 1700', { ...good, t: EARLIEST - 1 }, `t is ${EARLIEST - 1}`],
      ['a time after 2249', { ...good, t: LATEST }, `t is ${LATEST}`],
      ['a time that is NaN', { ...good, t: Number.NaN }, 't is NaN'],
      ['a part of a millisecond', { ...good, t: T + 0.5 }, `t is ${T + 0.5}`],
      ['Datastream 0', { ...good, ds: 0 }, 'ds is 0'],
      ['a negative Datastream', { ...good, ds: -5 }, 'ds is -5'],
      ['an unknown type', { ...good, type: 9 }, 'type is 9'],
      ['a record number that is NaN', { ...good, rec: Number.NaN }, 'rec is NaN'],
    ])('%s makes the whole batch refused, with index and field', async (_, bad, said) => {
      const refusal = await write([{ ds: 7, t: T }, { ds: 8, t: T }, bad]).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(CodedError);
      expect((refusal as CodedError).message).toContain(`Row 2 of the batch: ${said}`);
      expect(await store.count(everything)).toBe(0);
    });

    test('whatever is written, every query answers like the reference', () => agreesWithReference(make), 120_000);
  });
  rangeContract(name, make);
  editContract(name, make);
  expireContract(name, make);
  aggregateContract(name, make);
  rebuiltContract(name, make);
  reviseContract(name, make);
  transferContract(name, make);
}
