/**
 * The part of the contract that is about rows of the API which a store refuses for good: a row that was to move there, or to
 * become another one, stays what and where it was.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EDITED_IDS, EDITED_TIES, type Edit, QUALITY, RESULT } from '../model/index.ts';
import { put } from './contract-edit.ts';
import type { TimeseriesStore } from './port.ts';
import { batchOf, everything, type ReadRow, readRows, scanAll, type TestRow } from './test-rows.ts';

/** A store that is started, and refuses rows of the API at some times. */
export interface RefusingStore {
  readonly store: TimeseriesStore;
  /** Times that it takes lie around here, in one week. */
  readonly t: number;
  /** Rows of the API at this time and in the minute behind are refused. */
  readonly refused: number;
  /** The same store, which takes everything now. */
  readonly mend: () => Promise<TimeseriesStore>;
  /** The same store after the end of its process. */
  readonly reopen: () => Promise<TimeseriesStore>;
}

export function refusedContract(name: string, make: () => Promise<RefusingStore>): void {
  describe(`a change that the ${name} time-series store refuses`, () => {
    let given: RefusingStore;
    let store: TimeseriesStore;
    beforeEach(async () => {
      given = await make();
      ({ store } = given);
    });
    afterEach(() => store.stop());

    const write = (rows: readonly TestRow[], mode: 'first' | 'tie' = 'first') => store.write(batchOf(rows), { mode });
    const edit = (rec: number, ...edits: Edit[]) => store.edit([{ rec, edits }]);
    const removal = ({ ds, t, n, rec }: ReadRow): Edit => ({ op: 'remove', ds, t, rec, n });
    /** As the API makes it of a PATCH. */
    const move = (
      row: ReadRow,
      t: number,
      more: Partial<ReadRow> & { readonly k?: readonly [number, number] } = {},
    ) => {
      const { ds, n, id, rec } = row;
      const { k, r, q } = { k: undefined, r: row.r, q: QUALITY.edited, ...more };
      const x = k === undefined ? null : { k };
      const next = { ds: more.ds ?? ds, t, n: more.n ?? 0, id, type: RESULT.number, r, q, x };
      return [removal(row), { op: 'put', row: next, from: { ds, t: row.t, n, rec } }] as const satisfies Edit[];
    };
    const only = async (ds: number, t: number): Promise<ReadRow> => {
      const rows = readRows(await store.at(ds, t));
      expect(rows).toHaveLength(1);
      return rows[0]!;
    };

    test('leaves a moved row where it stands, at any repetition and after a start; another try moves it once the cause is mended', async () => {
      const { t, refused } = given;
      await write([{ ds: 1, t, r: 5, rec: 3 }]);
      const row = await only(1, t);
      const moved = move(row, refused, { k: [1, t] });
      for (let time = 0; time < 2; time++)
        expect(await edit(10, ...moved)).toMatchObject([{ rec: 10, index: 1, detail: expect.stringMatching(/./) }]);
      const stays = async () => {
        expect(await scanAll(store)).toEqual([row]);
        expect(await only(1, t)).toEqual(row);
        expect(await store.byClaim(1, t)).toBeNull();
        expect(await store.count(everything)).toBe(1);
        expect(readRows(await store.last([1]))).toEqual([row]);
        expect((await store.extents([1])).firstTime[0]).toBe(t);
      };
      await stays();
      expect(await write([{ ds: 1, t, r: 5, rec: 3 }])).toMatchObject({ replayed: 1 });
      store = await given.reopen();
      await stays();
      await edit(10, ...moved);
      await stays();
      store = await given.mend();
      await stays();
      for (let time = 0; time < 2; time++) {
        expect(await edit(10, ...moved)).toEqual([]);
        expect(await scanAll(store)).toMatchObject([{ ds: 1, t: refused, rec: 10, r: 5 }]);
        expect(readRows((await store.byClaim(1, t))!)).toMatchObject([{ t: refused, rec: 10 }]);
        expect((await store.at(1, t)).length).toBe(0);
      }
    });

    test('leaves ids that are assigned or kept with the row, also where it moves to another Datastream', async () => {
      const { t, refused } = given;
      await write([{ ds: 1, t, r: 1, rec: 3 }]);
      await write([{ ds: 1, t, r: 2, rec: 4 }], 'tie');
      await edit(
        5,
        put({ ds: 1, t: t + 1, n: EDITED_TIES + 1, id: EDITED_IDS + 1, r: 3 }),
        put({ ds: 1, t: t + 2, x: { k: [1, t + 900] }, r: 4 }),
      );
      const before = await scanAll(store);
      const [, tie, posted, kept] = before as [ReadRow, ReadRow, ReadRow, ReadRow];
      const edits = [
        ...move(tie, refused, { n: EDITED_TIES + 5 }),
        ...move(posted, refused + 1, { ds: 2 }),
        ...move(kept, refused + 2, { k: [1, t + 900] }),
      ];
      // all removals first, as the API plans them
      const ordered = [...edits.filter(({ op }) => op === 'remove'), ...edits.filter(({ op }) => op === 'put')];
      expect((await edit(10, ...ordered)).map(({ index }) => index).sort()).toEqual([3, 4, 5]);
      expect(await scanAll(store)).toEqual(before);
      expect(readRows((await store.byAssignedId(tie.id))!)).toEqual([tie]);
      expect(readRows((await store.byAssignedId(EDITED_IDS + 1))!)).toEqual([posted]);
      expect(readRows((await store.byClaim(1, t + 900))!)).toEqual([kept]);
    });

    test('keeps the other changes of its record and of the records around it', async () => {
      const { t, refused } = given;
      await write([0, 1, 2, 3].map((k) => ({ ds: 1, t: t + k, r: k, rec: 3 })));
      const [a, b, c, d] = (await scanAll(store)) as [ReadRow, ReadRow, ReadRow, ReadRow];
      const [removeA, putA] = move(a, refused, { k: [1, t] });
      const [removeB, putB] = move(b, t + 500, { k: [1, t + 1] });
      const batches = [
        { rec: 10, edits: [removal(d)] },
        {
          rec: 11,
          edits: [removeA, removeB, put({ ds: 1, t: refused + 5, r: 9 }), putA, putB, put({ ds: 2, t, r: 8 })],
        },
        { rec: 12, edits: move(c, c.t, { r: 77 }) },
      ];
      const rejected = await store.edit(batches);
      expect(rejected.map(({ rec, index }) => [rec, index]).sort()).toEqual([
        [11, 2],
        [11, 3],
      ]);
      expect((await scanAll(store)).map(({ ds, t: time, r }) => [ds, time - t, r])).toEqual([
        [1, 0, 0],
        [1, 2, 77],
        [1, 500, 1],
        [2, 0, 8],
      ]);
    });

    test('of a record that an older hub wrote leaves the row, too', async () => {
      const { t, refused } = given;
      await write([{ ds: 1, t, r: 5, rec: 3 }]);
      const row = await only(1, t);
      await edit(10, { op: 'remove', ds: 1, t, rec: 3 }, put({ ds: 1, t: refused, r: 5, x: { k: [1, t] } }));
      expect(await scanAll(store)).toEqual([row]);
    });

    test('does not keep what was planned behind it from the row: a further move, a deletion', async () => {
      const { t, refused } = given;
      await write([0, 1].map((k) => ({ ds: 1, t: t + k, r: k, rec: 3 })));
      const [a, b] = (await scanAll(store)) as [ReadRow, ReadRow];
      const gone = (row: ReadRow, time: number) => ({ ...row, t: time, rec: 10 });
      const batches = [
        { rec: 10, edits: [...move(a, refused, { k: [1, a.t] }), ...move(b, refused + 1, { k: [1, b.t] })] },
        { rec: 11, edits: move(gone(a, refused), t + 500, { k: [1, a.t] }) },
        { rec: 12, edits: [removal(gone(b, refused + 1))] },
      ];
      for (let time = 0; time < 2; time++) {
        await store.edit(batches);
        expect(await scanAll(store)).toMatchObject([{ ds: 1, t: t + 500, r: 0, rec: 11 }]);
      }
      expect(readRows((await store.byClaim(1, t))!)).toMatchObject([{ t: t + 500 }]);
      expect(await write([0, 1].map((k) => ({ ds: 1, t: t + k, r: k, rec: 3 })))).toMatchObject({ replayed: 2 });
    });

    test('is found among a thousand others of its record', async () => {
      const { t, refused } = given;
      const rows = Array.from({ length: 1200 }, (_, k) => ({ ds: 1, t: t + k, r: k, rec: 3 }));
      await write(rows);
      const before = await scanAll(store);
      const moves = before.map((row, k) => move(row, (k % 400 === 7 ? refused : t + 100_000) + k, { k: [1, row.t] }));
      const edits = [...moves.map(([one]) => one), ...moves.map(([, one]) => one)];
      expect((await edit(10, ...edits)).map(({ index }) => index - 1200).sort((a, b) => a - b)).toEqual([7, 407, 807]);
      const after = await scanAll(store);
      expect(after).toHaveLength(1200);
      expect(after.slice(0, 3)).toEqual([before[7], before[407], before[807]]);
    });
  });
}
