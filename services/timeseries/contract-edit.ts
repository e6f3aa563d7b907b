/** The part of the contract that is about edits of the API: rows put, removed and moved, Datastreams dropped. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EDITED_IDS, EDITED_TIES, type Edit, type EditedRow, QUALITY, RESULT, type RowExtra } from '../model/index.ts';
import type { TimeseriesStore } from './port.ts';
import { batchOf, everything, extentRows, readRows, scanAll, type TestRow } from './test-rows.ts';

const T = Date.UTC(2026, 5, 1, 12);
const DAY = 86_400_000;

/** A row of the API with what a test names. */
function editedRow(row: Partial<EditedRow> & Pick<EditedRow, 'ds' | 't'>): EditedRow {
  return { n: 0, id: 0, type: RESULT.number, r: 1, q: 0, x: null, ...row };
}

export function put(row: Partial<EditedRow> & Pick<EditedRow, 'ds' | 't'>): Edit {
  return { op: 'put', row: editedRow(row) };
}

export function editContract(name: string, make: () => Promise<TimeseriesStore> | TimeseriesStore): void {
  describe(`edits in the ${name} time-series store`, () => {
    let store: TimeseriesStore;
    beforeEach(async () => {
      store = await make();
      await store.start();
    });
    afterEach(() => store.stop());

    const write = (rows: readonly TestRow[], mode: 'first' | 'tie' = 'first') => store.write(batchOf(rows), { mode });
    const edit = (rec: number, ...edits: Edit[]) => store.edit([{ rec, edits }]);
    const remove = (ds: number, t: number, rec: number): Edit => ({ op: 'remove', ds, t, rec });

    test('says that it can edit, and takes no edits at all', async () => {
      expect(store.capabilities.edit).toBeNull();
      await store.edit([]);
      await store.edit([{ rec: 5, edits: [] }]);
      expect(await store.count(everything)).toBe(0);
    });

    test('a row of the API is stored as it is given, and once only', async () => {
      const x: RowExtra = { v: { a: [1, 'ü'] }, rt: null, p: { depth: 2 } };
      const rows = [
        put({ ds: 1, t: T, r: -2.5, q: QUALITY.edited }),
        put({ ds: 1, t: T + 1, type: RESULT.object, r: null, x }),
        put({ ds: 2, t: T, type: RESULT.boolean, r: 1 }),
        put({ ds: 2, t: T + DAY, type: RESULT.none, r: null }),
      ];
      for (let time = 0; time < 2; time++) await edit(7, ...rows);
      expect(await scanAll(store)).toEqual([
        { ds: 1, t: T, n: 0, r: -2.5, type: RESULT.number, rec: 7, q: QUALITY.edited, id: 0, x: '' },
        { ds: 1, t: T + 1, n: 0, r: Number.NaN, type: RESULT.object, rec: 7, q: 0, id: 0, x: JSON.stringify(x) },
        { ds: 2, t: T, n: 0, r: 1, type: RESULT.boolean, rec: 7, q: 0, id: 0, x: '' },
        { ds: 2, t: T + DAY, n: 0, r: Number.NaN, type: RESULT.none, rec: 7, q: 0, id: 0, x: '' },
      ]);
      expect(await store.count(everything)).toBe(4);
      expect(readRows(await store.last([1, 2])).map((row) => row.t)).toEqual([T + 1, T + DAY]);
    });

    test('two rows that one record brings to one instant are two, and each can be removed alone', async () => {
      const second = { ds: 1, t: T, n: EDITED_TIES + 3, id: EDITED_IDS + 3, r: 2 };
      await edit(7, put({ ds: 1, t: T, r: 1 }), put(second));
      await edit(7, put({ ds: 1, t: T, r: 1 }), put(second));
      expect(readRows(await store.at(1, T)).map(({ n, r, id }) => [n, r, id])).toEqual([
        [0, 1, 0],
        [EDITED_TIES + 3, 2, EDITED_IDS + 3],
      ]);
      await edit(8, { ...remove(1, T, 7), n: EDITED_TIES + 3 } as Edit);
      expect(readRows(await store.at(1, T)).map(({ r }) => r)).toEqual([1]);
      await edit(9, { ...remove(1, T, 7), n: 0 } as Edit);
      expect((await store.at(1, T)).length).toBe(0);
      await edit(7, put({ ds: 1, t: T, r: 1 }), put(second));
      expect(await store.count(everything)).toBe(0);
    });

    test('a row that takes n = 0 makes the row of a device a further tie with an id by which it is found', async () => {
      await write([{ ds: 1, t: T, r: 5, rec: 3 }]);
      await write([{ ds: 1, t: T, r: 6, rec: 4 }], 'tie');
      const tie = readRows(await store.at(1, T))[1]!;
      for (let time = 0; time < 2; time++) await edit(9, put({ ds: 1, t: T, r: 7 }));
      const rows = readRows(await store.at(1, T));
      expect(rows.map(({ n, r, rec }) => [n, r, rec])).toEqual([
        [0, 7, 9],
        [1, 6, 4],
        [2, 5, 3],
      ]);
      expect(rows[0]!.id).toBe(0);
      expect(rows[1]).toEqual(tie);
      expect(rows[2]!.id).toBeGreaterThan(0);
      expect(rows[2]!.id).toBeLessThan(EDITED_IDS);
      for (const row of rows.slice(1)) expect(readRows((await store.byAssignedId(row.id))!)).toEqual([row]);
      // the device's record again, and one more reading of the instant
      expect(await write([{ ds: 1, t: T, r: 5, rec: 3 }])).toMatchObject({ replayed: 1 });
      expect(await write([{ ds: 1, t: T, r: 8, rec: 5 }], 'tie')).toMatchObject({ inserted: 1 });
      expect(readRows(await store.at(1, T)).map(({ n, rec }) => [n, rec])).toEqual([
        [0, 9],
        [1, 4],
        [2, 3],
        [3, 5],
      ]);
    });

    test('a number that two rows of the API were given by mistake stands for the first; both stay, once each', async () => {
      const n = EDITED_TIES + 3;
      const moved = { rec: 7, edits: [put({ ds: 1, t: T, n, r: 2, x: { k: [1, T + 1] } })] };
      const posted = {
        rec: 8,
        edits: [
          put({ ds: 1, t: T, n, id: EDITED_IDS + 3, r: 3 }),
          put({ ds: 1, t: T, n: n + 1, id: EDITED_IDS + 4, r: 4 }),
        ],
      };
      await edit(6, put({ ds: 1, t: T, r: 1 }));
      for (let time = 0; time < 3; time++) await store.edit([moved, posted]);
      const rows = readRows(await store.at(1, T));
      expect(rows.map(({ r, rec, id }) => [r, rec, id])).toEqual([
        [1, 6, 0],
        [2, 7, 0],
        [4, 8, EDITED_IDS + 4],
        [3, 8, EDITED_IDS + 3],
      ]);
      expect(rows[1]!.n).toBe(n);
      expect(readRows((await store.byClaim(1, T + 1))!)).toEqual([rows[1]]);
      expect(readRows((await store.byAssignedId(EDITED_IDS + 3))!)).toEqual([rows[3]]);
      // by the number of its record, or by the one that it stands at
      for (const meant of [n, rows[3]!.n]) {
        await edit(9, { ...remove(1, T, 8), n: meant } as Edit);
        await store.edit([moved, posted]);
        expect(readRows(await store.at(1, T)).map(({ r }) => r)).toEqual([1, 2, 4]);
      }
      expect(await store.byAssignedId(EDITED_IDS + 3)).toBeNull();
    });

    test('a displaced row keeps the id that it had: assigned, or kept from another place', async () => {
      await write([{ ds: 1, t: -5, r: 1, rec: 3 }]);
      const [odd] = readRows(await store.at(1, -5));
      await edit(4, put({ ds: 2, t: T + 5, r: 2, x: { k: [2, T] } }));
      await edit(9, put({ ds: 1, t: -5, id: EDITED_IDS + 1, r: 3 }), put({ ds: 2, t: T + 5, r: 4 }));
      expect(readRows((await store.byAssignedId(odd!.id))!)).toMatchObject([{ ds: 1, t: -5, n: 1, r: 1, id: odd!.id }]);
      expect(readRows((await store.byAssignedId(EDITED_IDS + 1))!)).toMatchObject([{ ds: 1, t: -5, n: 0, r: 3 }]);
      expect(readRows((await store.byClaim(2, T))!)).toMatchObject([{ ds: 2, t: T + 5, n: 1, r: 2, id: 0 }]);
    });

    test('a removed row stays removed: by replay, by repetition, for the next tie and for the next id', async () => {
      await write([{ ds: 1, t: T, r: 1, rec: 3 }]);
      await write([{ ds: 1, t: T, r: 2, rec: 4 }], 'tie');
      const tie = readRows(await store.at(1, T))[1]!;
      await edit(9, remove(1, T, 4));
      expect(await store.byAssignedId(tie.id)).toBeNull();
      expect(await write([{ ds: 1, t: T, r: 2, rec: 4 }], 'tie')).toEqual({ inserted: 0, replayed: 1, conflicts: [] });
      await write([{ ds: 1, t: T, r: 3, rec: 5 }], 'tie');
      const after = readRows(await store.at(1, T));
      expect(after.map(({ n, rec }) => [n, rec])).toEqual([
        [0, 3],
        [2, 5],
      ]);
      expect(after[1]!.id).not.toBe(tie.id);

      await edit(10, remove(1, T, 3), remove(1, T, 5));
      for (let time = 0; time < 2; time++) await edit(10, remove(1, T, 3), remove(1, T, 5));
      expect(await store.count(everything)).toBe(0);
      expect((await store.extents([1])).length).toBe(0);
      expect((await store.last([1])).length).toBe(0);
      expect(await write([{ ds: 1, t: T, rec: 3 }])).toEqual({ inserted: 0, replayed: 1, conflicts: [] });
      expect(await write([{ ds: 1, t: T, rec: 6 }])).toEqual({
        inserted: 0,
        replayed: 0,
        conflicts: [{ index: 0, records: [3, 4, 5] }],
      });
      expect(await store.occupied(1, [T - 1, T, T + 1])).toEqual([false, true, false]);
    });

    test('a record whose row was removed before it came does not bring it', async () => {
      await edit(9, remove(1, T, 3));
      expect(await store.occupied(1, [T])).toEqual([true]);
      expect(await write([{ ds: 1, t: T, rec: 3 }])).toMatchObject({ replayed: 1 });
      expect(await write([{ ds: 1, t: T, rec: 4 }], 'tie')).toMatchObject({ inserted: 1 });
      expect(readRows(await store.at(1, T))).toMatchObject([{ n: 1, rec: 4 }]);
    });

    test('a row that moves keeps its id through every move, and its old place is not given again', async () => {
      await write([{ ds: 1, t: T, r: 1, rec: 3 }]);
      await edit(10, remove(1, T, 3), put({ ds: 1, t: T + 90 * DAY, r: 1, x: { k: [1, T] } }));
      expect(readRows((await store.byClaim(1, T))!)).toMatchObject([{ ds: 1, t: T + 90 * DAY, n: 0, id: 0, rec: 10 }]);
      await edit(11, remove(1, T + 90 * DAY, 10), put({ ds: 2, t: T + 5, r: 1, x: { k: [1, T] } }));
      expect(readRows((await store.byClaim(1, T))!)).toMatchObject([{ ds: 2, t: T + 5, rec: 11 }]);
      // home again, where its own number is taken by what was removed
      await edit(12, remove(2, T + 5, 11), put({ ds: 1, t: T, n: EDITED_TIES, r: 1, x: { k: [1, T] } }));
      expect(readRows((await store.byClaim(1, T))!)).toMatchObject([{ ds: 1, t: T, n: EDITED_TIES, rec: 12 }]);
      expect(await store.occupied(1, [T, T + 90 * DAY])).toEqual([true, true]);
      expect(await store.occupied(2, [T + 5, T + 6])).toEqual([true, false]);
      await edit(13, remove(1, T, 12));
      expect(await store.byClaim(1, T)).toBeNull();
      expect(await store.count(everything)).toBe(0);
    });

    test('an assigned id goes with its row', async () => {
      await edit(5, put({ ds: 1, t: T, r: 1 }), put({ ds: 1, t: T, n: EDITED_TIES, id: EDITED_IDS, r: 2 }));
      await edit(6, remove(1, T, 5), put({ ds: 3, t: T + 30 * DAY, id: EDITED_IDS, r: 2 }));
      expect(readRows((await store.byAssignedId(EDITED_IDS))!)).toMatchObject([{ ds: 3, t: T + 30 * DAY, r: 2 }]);
      await write([{ ds: 9, t: -1, rec: 7 }]);
      expect(readRows(await store.at(9, -1))[0]!.id).toBeLessThan(EDITED_IDS);
    });

    test('edits of a record and of the ones behind it may all be done again', async () => {
      await write([{ ds: 1, t: T, r: 1, rec: 3 }]);
      const history = [
        { rec: 10, edits: [put({ ds: 2, t: T, r: 2 }), put({ ds: 2, t: T, n: EDITED_TIES, id: EDITED_IDS, r: 3 })] },
        { rec: 11, edits: [remove(1, T, 3), put({ ds: 1, t: T + DAY, r: 4, x: { k: [1, T] } })] },
        { rec: 12, edits: [remove(2, T, 10), put({ ds: 2, t: T + DAY, id: EDITED_IDS, r: 3 })] },
        { rec: 13, edits: [remove(1, T + DAY, 11), put({ ds: 1, t: T + DAY, r: 5, x: { k: [1, T] } })] },
        { rec: 14, edits: [{ op: 'drop', ds: 7 } as const] },
      ];
      await store.edit(history);
      const state = await scanAll(store);
      expect(state.map(({ ds, t, r }) => [ds, t, r])).toEqual([
        [1, T + DAY, 5],
        [2, T + DAY, 3],
      ]);
      for (let from = 0; from < history.length; from++) {
        await write([{ ds: 1, t: T, r: 1, rec: 3 }]);
        await store.edit(history.slice(from));
        await store.edit(history);
        expect(await scanAll(store)).toEqual(state);
      }
      expect(readRows((await store.byClaim(1, T))!)).toEqual([state[0]]);
      expect(readRows((await store.byAssignedId(EDITED_IDS))!)).toEqual([state[1]]);
    });

    test('counts, extents and the newest row are exact after removals, at both ends and in the middle', async () => {
      const rows = Array.from({ length: 300 }, (_, k) => ({ ds: 1 + (k % 2), t: T + k * 3_600_000, r: k, rec: k }));
      for (let at = 0; at < rows.length; at += 60) await write(rows.slice(at, at + 60));
      const left = rows.filter((_, k) => k % 7 !== 0 && k > 30 && k < 280);
      const gone = rows.filter((row) => !left.includes(row));
      await edit(1000, ...gone.map(({ ds, t, rec }) => remove(ds, t, rec)));
      expect(await store.count(everything)).toBe(left.length);
      expect((await scanAll(store, { order: 'time' })).map(({ t }) => t)).toEqual(left.map(({ t }) => t));
      const expected = [1, 2].map((ds) => {
        const times = left.filter((row) => row.ds === ds).map(({ t }) => t);
        return { ds, count: times.length, firstTime: Math.min(...times), lastTime: Math.max(...times) };
      });
      expect(extentRows(await store.extents(null))).toEqual(expected);
      expect(readRows(await store.last([1, 2])).map(({ t }) => t)).toEqual(expected.map(({ lastTime }) => lastTime));
      const half = { ...everything, from: T + 50 * 3_600_000, to: T + 200 * 3_600_000 };
      expect(await store.count(half)).toBe(left.filter(({ t }) => t >= half.from && t < half.to).length);
    });

    test('the extent of a Datastream reaches to the greatest end of an interval, while there is one', async () => {
      await write([
        { ds: 1, t: T, rec: 1, x: JSON.stringify({ e: T + 2 * DAY }) },
        { ds: 1, t: T + DAY, rec: 2, x: JSON.stringify({ v: { e: T + 99 * DAY } }), type: RESULT.object },
      ]);
      const extent = async () => extentRows(await store.extents([1]))[0];
      expect(await extent()).toEqual({ ds: 1, count: 2, firstTime: T, lastTime: T + 2 * DAY });
      await edit(
        5,
        put({ ds: 1, t: T + 3_600_000, x: { e: T + 40 * DAY } }),
        put({ ds: 1, t: T + 1, x: { e: T + 5 * DAY } }),
      );
      expect(await extent()).toMatchObject({ lastTime: T + 40 * DAY });
      await edit(6, remove(1, T + 3_600_000, 5));
      expect(await extent()).toMatchObject({ lastTime: T + 5 * DAY, count: 3 });
      await edit(7, remove(1, T + 1, 5), remove(1, T, 1));
      expect(await extent()).toEqual({ ds: 1, count: 1, firstTime: T + DAY, lastTime: T + DAY });
    });

    test('a dropped Datastream is gone with all its rows and ids, for ever; others stay', async () => {
      const rows = Array.from({ length: 400 }, (_, k) => ({ ds: 1 + (k % 4), t: T - k * 9 * 3_600_000, r: k, rec: k }));
      await write(rows);
      await write([{ ds: 2, t: T - 9 * 3_600_000, r: -1, rec: 5000 }], 'tie');
      const tie = readRows(await store.at(2, T - 9 * 3_600_000))[1]!;
      // a row of 2 that stands in 3 now, and one of 3 that stands in 2
      await edit(6000, put({ ds: 3, t: T + 7, x: { k: [2, T + 7] } }), put({ ds: 2, t: T + 8, x: { k: [3, T + 8] } }));
      await edit(6001, remove(2, rows[5]!.t, 5), { op: 'drop', ds: 2 }, { op: 'drop', ds: 4 }, put({ ds: 2, t: T }));
      expect(await store.count(everything)).toBe(201);
      expect(extentRows(await store.extents(null)).map(({ ds, count }) => [ds, count])).toEqual([
        [1, 100],
        [3, 101],
      ]);
      expect(await store.byAssignedId(tie.id)).toBeNull();
      expect(readRows((await store.byClaim(2, T + 7))!)).toMatchObject([{ ds: 3, t: T + 7 }]);
      expect(await store.byClaim(3, T + 8)).toBeNull();
      expect(await write(rows)).toEqual({ inserted: 0, replayed: 400, conflicts: [] });
      expect(await write([{ ds: 2, t: T + 77 * DAY, rec: 7000 }], 'tie')).toMatchObject({ replayed: 1 });
      await edit(6001, { op: 'drop', ds: 2 });
      await edit(6002, put({ ds: 2, t: T + DAY }));
      expect(await store.count({ ...everything, datastreams: [2] })).toBe(0);
    });

    test('writes go on beside a long list of edits, and each is answered', async () => {
      const rows = Array.from({ length: 3000 }, (_, k) => ({ ds: 1 + (k % 3), t: T + k, r: k, rec: k }));
      await write(rows);
      const removed = edit(9000, ...rows.filter(({ ds }) => ds === 1).map(({ ds, t, rec }) => remove(ds, t, rec)), {
        op: 'drop',
        ds: 2,
      });
      const writes = Array.from({ length: 20 }, (_, k) => write([{ ds: 5, t: T + k, rec: 4000 + k }]));
      expect((await Promise.all(writes)).every(({ inserted }) => inserted === 1)).toBe(true);
      await removed;
      expect(await store.count(everything)).toBe(1020);
    });

    test.each<[string, Edit, string]>([
      ['a time that is no whole number', put({ ds: 1, t: T + 0.5 }), `t is ${T + 0.5}`],
      ['Datastream 0', { op: 'drop', ds: 0 }, 'ds is 0'],
      ['a number without a number', put({ ds: 1, t: T, r: null }), 'r is null'],
      ['a boolean that is 3', put({ ds: 1, t: T, type: RESULT.boolean, r: 3 }), 'r is 3'],
      ['an id beyond the assigned ones', put({ ds: 1, t: T, id: 2 ** 42 }), `id is ${2 ** 42}`],
    ])('%s makes all edits refused, with record and field', async (_, bad, said) => {
      await expect(edit(3, put({ ds: 5, t: T }), bad)).rejects.toThrow(`Edit 1 of record 3: ${said}`);
      expect(await store.count(everything)).toBe(0);
    });
  });
}
