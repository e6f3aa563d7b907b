/**
 * The part of the contract that is about a store which is made again from the journal: whatever batches the rows come in, it
 * gives every row the tie number and the id that it had.
 */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EARLIEST, EDITED_IDS, type Edit, QUALITY, RESULT } from '../model/index.ts';
import type { TimeseriesStore } from './port.ts';
import { batchOf, readRows, scanAll, type TestRow } from './test-rows.ts';

const T = Date.UTC(2026, 5, 1, 12);
const DAY = 86_400_000;

/** As ingest does it: first readings, then those whose instant was taken, as further ones. */
async function bring(store: TimeseriesStore, rows: readonly TestRow[]): Promise<void> {
  const { conflicts } = await store.write(batchOf(rows));
  if (conflicts.length === 0) return;
  await store.write(batchOf(conflicts.map(({ index }) => rows[index]!)), { mode: 'tie' });
}

export function rebuiltContract(name: string, make: () => Promise<TimeseriesStore> | TimeseriesStore): void {
  describe(`the ${name} time-series store, made again from the journal`, () => {
    let store: TimeseriesStore;
    let again: TimeseriesStore;
    beforeEach(async () => {
      store = await make();
      again = await make();
      await store.start();
      await again.start();
    });
    afterEach(async () => {
      await store.stop();
      await again.stop();
    });

    test('ties keep their ids, though they came one by one and come all at once', async () => {
      const rows = [1, 2, 3, 3, 2, 1, 1].map((ds, k) => ({ ds, t: T, r: k, rec: 10 + k }));
      for (const row of rows) await bring(store, [row]);
      await bring(again, rows);
      const before = await scanAll(store);
      expect(before.map(({ ds, n, r }) => [ds, n, r])).toEqual([
        [1, 0, 0],
        [1, 1, 5],
        [1, 2, 6],
        [2, 0, 1],
        [2, 1, 4],
        [3, 0, 2],
        [3, 1, 3],
      ]);
      expect(await scanAll(again)).toEqual(before);
    });

    test('an edited tie has its id alone, as before', async () => {
      const rows = [1, 2, 2, 1].map((ds, k) => ({ ds, t: T, r: k, rec: 10 + k }));
      for (const row of rows) await bring(store, [row]);
      const [, tie] = readRows(await store.at(1, T));
      const { ds, t, n, rec, id } = tie!;
      const row = { ds, t, n, id, type: RESULT.number, r: 99, q: QUALITY.edited, x: null };
      const edits: Edit[] = [
        { op: 'remove', ds, t, rec, n },
        { op: 'put', row },
      ];
      await store.edit([{ rec: 20, edits }]);
      await bring(again, rows);
      await again.edit([{ rec: 20, edits }]);
      const after = await scanAll(again);
      expect(after).toEqual(await scanAll(store));
      const ids = after.flatMap((found) => (found.id === 0 ? [] : [found.id]));
      expect(ids).toHaveLength(2);
      expect(new Set(ids).size).toBe(2);
      expect(readRows((await again.byAssignedId(id))!)).toMatchObject([{ ds: 1, r: 99 }]);
    });

    test('a row that is displaced later has the id that it would have had as a tie', async () => {
      const put: Edit = { op: 'put', row: { ds: 1, t: T, n: 0, id: 0, type: RESULT.number, r: 7, q: 0, x: null } };
      const reading = { ds: 1, t: T, r: 5, rec: 30 };
      await store.edit([{ rec: 20, edits: [put] }]);
      await bring(store, [reading]);
      await bring(again, [reading]);
      await again.edit([{ rec: 20, edits: [put] }]);
      expect(await scanAll(again)).toEqual(await scanAll(store));
      expect(readRows(await again.at(1, T)).map(({ n, r }) => [n, r])).toEqual([
        [0, 7],
        [1, 5],
      ]);
    });

    test('an id that an edit brought for one row is not given to another one', async () => {
      await bring(store, [{ ds: 1, t: -5, r: 1, rec: 3 }]);
      const { id } = readRows(await store.at(1, -5))[0]!;
      // a row elsewhere has it already
      const row = { ds: 2, t: T, n: 0, id, type: RESULT.number, r: 2, q: 0, x: null };
      await again.edit([{ rec: 2, edits: [{ op: 'put', row }] }]);
      await bring(again, [{ ds: 1, t: -5, r: 1, rec: 3 }]);
      const [next] = readRows(await again.at(1, -5));
      expect(next!.id).toBe(id + 1);
      expect(readRows((await again.byAssignedId(id))!)).toMatchObject([{ ds: 2, r: 2 }]);
      expect(readRows((await again.byAssignedId(id + 1))!)).toEqual([next]);
    });

    test('whatever the batches are, the rows are the same', async () => {
      const time = fc.constantFrom(T, T + 1, T + DAY, T + 40 * DAY, -1, EARLIEST, 2 ** 42);
      const stream = fc.constantFrom(1, 2, 3, 2_097_152);
      const record = fc.array(fc.record({ ds: stream, t: time, r: fc.nat(50) }), { minLength: 1, maxLength: 6 });
      const journal = fc.array(record, { minLength: 2, maxLength: 20, size: 'max' });
      let assigned = 0;
      let base = 0;
      await fc.assert(
        fc.asyncProperty(journal, fc.integer({ min: 2, max: 9 }), async (records, size) => {
          // each case on times of its own, so that one pair of stores does for all
          base += 1000;
          const rows = records.map((list, k) =>
            list.map((row) => ({
              ...row,
              t: row.t === EARLIEST || row.t > 0 ? row.t + base : row.t - base,
              rec: base + k,
            })),
          );
          for (const list of rows) await bring(store, list);
          for (let at = 0; at < rows.length; at += size) await bring(again, rows.slice(at, at + size).flat());
          const found = await scanAll(store);
          expect(await scanAll(again)).toEqual(found);
          const ids = found.flatMap(({ id }) => (id === 0 ? [] : [id]));
          assigned = ids.length;
          expect(new Set(ids).size).toBe(ids.length);
          expect(ids.every((id) => id > 0 && id < EDITED_IDS)).toBe(true);
        }),
        { numRuns: 20, endOnFailure: true },
      );
      expect(assigned).toBeGreaterThan(100);
    });
  });
}
