/** The part of the contract that is about rows which are read differently now: changed in place, or gone. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EARLIEST, EDITED_TIES, type Edit, QUALITY, RESULT } from '../model/index.ts';
import { plan, type Wish, wishes } from './contract-random-edit.ts';
import { memoryStore } from './memory/index.ts';
import type { Revision, TimeseriesStore } from './port.ts';
import { batchOf, everything, extentRows, type ReadRow, readRows, scanAll, type TestRow } from './test-rows.ts';

const T = Date.UTC(2026, 5, 1, 12);
const DAY = 86_400_000;
const RUNS = 15;

/** Rows as they shall be, and rows that shall go. */
export function revisionOf(set: readonly ReadRow[], remove: readonly ReadRow[]): Revision {
  const x = new Map<number, string>();
  set.forEach((row, i) => {
    if (row.x !== '') x.set(i, row.x);
  });
  const column = (name: Exclude<keyof ReadRow, 'x'>) => set.map((row) => row[name]);
  const names = ['ds', 't', 'n', 'r', 'type', 'rec', 'q', 'id'] as const;
  const columns = Object.fromEntries(names.map((name) => [name, column(name)])) as Record<
    (typeof names)[number],
    number[]
  >;
  const place = (name: 'ds' | 't' | 'n' | 'rec') => remove.map((row) => row[name]);
  return {
    set: { length: set.length, ...columns, x },
    remove: { length: remove.length, ds: place('ds'), t: place('t'), n: place('n'), rec: place('rec') },
  };
}

export function reviseContract(name: string, make: () => Promise<TimeseriesStore> | TimeseriesStore): void {
  describe(`rows of the ${name} time-series store that are read differently now`, () => {
    let store: TimeseriesStore;
    beforeEach(async () => {
      store = await make();
      await store.start();
    });
    afterEach(() => store.stop());

    const write = (rows: readonly TestRow[], mode: 'first' | 'tie' = 'first') => store.write(batchOf(rows), { mode });
    const revise = (set: readonly ReadRow[], remove: readonly ReadRow[] = []) => store.revise(revisionOf(set, remove));

    test('take their new result, quality and extra in place, and keep their id', async () => {
      await write([
        { ds: 1, t: T, r: 1, rec: 3 },
        { ds: 1, t: T + 40 * DAY, r: 2, rec: 4 },
        { ds: 2, t: -5, r: 3, rec: 4 },
      ]);
      await write([{ ds: 1, t: T, r: 7, rec: 5 }], 'tie');
      const [first, tie, far, old] = (await scanAll(store)) as [ReadRow, ReadRow, ReadRow, ReadRow];
      const set = [
        { ...first, r: 10.5, q: QUALITY.implausible },
        { ...tie, type: RESULT.boolean, r: 1 },
        { ...far, type: RESULT.text, r: Number.NaN, x: '{"v":"voll"}' },
        { ...old, type: RESULT.none, r: Number.NaN },
      ];
      expect(await revise(set)).toEqual({ changed: 4, removed: 0 });
      expect(await scanAll(store)).toEqual(set);
      expect(readRows((await store.byAssignedId(tie.id))!)).toEqual([set[1]]);
      expect(readRows((await store.byAssignedId(old.id))!)).toEqual([set[3]]);
      expect(readRows(await store.last([1, 2]))).toEqual([set[2], set[3]]);
      expect(await revise(set)).toEqual({ changed: 0, removed: 0 });
    });

    test('are found by a filter on their new result', async () => {
      const rows = Array.from({ length: 60 }, (_, k) => ({ ds: 1 + (k % 3), t: T + k * DAY, r: k % 5, rec: k }));
      for (let at = 0; at < rows.length; at += 20) await write(rows.slice(at, at + 20));
      const high = (await scanAll(store)).filter((row) => row.rec % 2 === 0).map((row) => ({ ...row, r: 1000 }));
      expect(await revise(high)).toEqual({ changed: 30, removed: 0 });
      const above = { ...everything, resultMin: 999 };
      expect(await store.count(above)).toBe(30);
      expect(await scanAll(store, above)).toEqual(high);
      expect(await store.count({ ...everything, resultMax: 4 })).toBe(30);
      expect(await store.count(everything)).toBe(60);
    });

    test('go without a tombstone: their record may bring them again', async () => {
      await write([
        { ds: 1, t: T, r: 1, rec: 3 },
        { ds: 1, t: T + DAY, r: 2, rec: 4 },
      ]);
      await write([{ ds: 1, t: T + DAY, r: 3, rec: 5 }], 'tie');
      const rows = await scanAll(store);
      expect(await revise([], rows)).toEqual({ changed: 0, removed: 3 });
      expect(await scanAll(store)).toEqual([]);
      expect((await store.extents(null)).length).toBe(0);
      expect((await store.last([1])).length).toBe(0);
      expect(await store.occupied(1, [T, T + DAY])).toEqual([false, false]);
      expect(await store.byAssignedId(rows[2]!.id)).toBeNull();
      expect(await revise([], rows)).toEqual({ changed: 0, removed: 0 });
      expect(await write([{ ds: 1, t: T, r: 9, rec: 3 }])).toMatchObject({ inserted: 1, replayed: 0 });
      expect(await scanAll(store)).toMatchObject([{ ds: 1, t: T, n: 0, r: 9, id: 0 }]);
    });

    test('stay where a person edited, moved or deleted them', async () => {
      await write([1, 2, 3, 4].map((ds) => ({ ds, t: T, r: ds, rec: 3 })));
      const before = await scanAll(store);
      const to = (ds: number, t: number, more: object): Edit => ({
        op: 'put',
        row: { ds, t, n: 0, id: 0, type: RESULT.number, r: 50, q: QUALITY.edited, x: null, ...more },
      });
      const gone = (ds: number): Edit => ({ op: 'remove', ds, t: T, rec: 3 });
      const edits = [gone(1), to(1, T, {}), gone(2), to(2, T + DAY, { x: { k: [2, T] } }), gone(3)];
      await store.edit([{ rec: 10, edits }]);
      const edited = await scanAll(store);
      const other = before.map((row) => ({ ...row, r: 99 }));
      expect(await revise(other.slice(0, 3), [])).toEqual({ changed: 0, removed: 0 });
      expect(await revise([], before.slice(0, 3))).toEqual({ changed: 0, removed: 0 });
      // also where somebody names the edited row itself
      expect(await revise([{ ...edited[0]!, r: 99 }], [edited[1]!])).toEqual({ changed: 0, removed: 0 });
      expect(await scanAll(store)).toEqual(edited);
      expect(await write(before.slice(0, 3))).toEqual({ inserted: 0, replayed: 3, conflicts: [] });
    });

    test('stay where another record, another number or nothing stands at their place', async () => {
      await write([{ ds: 1, t: T, r: 1, rec: 3 }]);
      const [row] = await scanAll(store);
      const elsewhere = [
        { ...row!, r: 9, rec: 4 },
        { ...row!, r: 9, n: 1 },
        { ...row!, r: 9, t: T + 1 },
        { ...row!, r: 9, ds: 2 },
      ];
      expect(await revise(elsewhere, elsewhere)).toEqual({ changed: 0, removed: 0 });
      expect(await revise([], [])).toEqual({ changed: 0, removed: 0 });
      expect(await scanAll(store)).toEqual([row]);
    });

    test('leave counts, extents and newest rows exact, at both ends and in the middle', async () => {
      const rows = Array.from({ length: 300 }, (_, k) => ({ ds: 1 + (k % 2), t: T + k * 3_600_000, r: k, rec: k }));
      for (let at = 0; at < rows.length; at += 60) await write(rows.slice(at, at + 60));
      const stored = await scanAll(store, { order: 'time' });
      const isLeft = (_: unknown, k: number) => k % 7 !== 0 && k > 30 && k < 280;
      const left = stored.filter(isLeft);
      const gone = stored.filter((row, k) => !isLeft(row, k));
      expect(await revise([], gone)).toEqual({ changed: 0, removed: gone.length });
      expect(await scanAll(store, { order: 'time' })).toEqual(left);
      expect(await store.count(everything)).toBe(left.length);
      const expected = [1, 2].map((ds) => {
        const times = left.filter((row) => row.ds === ds).map(({ t }) => t);
        return { ds, count: times.length, firstTime: times[0]!, lastTime: times.at(-1)! };
      });
      expect(extentRows(await store.extents(null))).toEqual(expected);
      expect(readRows(await store.last([1, 2])).map(({ t }) => t)).toEqual(expected.map(({ lastTime }) => lastTime));
    });

    test('writes go on beside many of them', async () => {
      const rows = Array.from({ length: 3000 }, (_, k) => ({ ds: 1 + (k % 3), t: T + k, r: k, rec: k }));
      await write(rows);
      const stored = await scanAll(store);
      const set = stored.filter(({ ds }) => ds === 1).map((row) => ({ ...row, r: -1 }));
      const revised = revise(
        set,
        stored.filter(({ ds }) => ds === 2),
      );
      const writes = Array.from({ length: 20 }, (_, k) => write([{ ds: 5, t: T + k, rec: 4000 + k }]));
      expect((await Promise.all(writes)).every(({ inserted }) => inserted === 1)).toBe(true);
      expect(await revised).toEqual({ changed: 1000, removed: 1000 });
      expect(await store.count(everything)).toBe(2020);
    });

    test('a number that is none is refused, and then nothing is done', async () => {
      await write([{ ds: 1, t: T, r: 1, rec: 3 }]);
      const [row] = await scanAll(store);
      const wrong = [
        { ...row!, r: 2 },
        { ...row!, r: Number.NaN },
      ];
      await expect(revise(wrong)).rejects.toThrow('Row 1 of the batch: r is NaN');
      expect(await scanAll(store)).toEqual([row]);
    });

    test('whatever is revised between writes and edits, the store says what the reference says', async () => {
      let revisions = 0;
      await fc.assert(
        fc.asyncProperty(history, async (steps) => {
          const tested = await make();
          const reference = memoryStore();
          await tested.start();
          try {
            for (const [i, step] of steps.entries()) {
              for (const each of [tested, reference]) await take(each, step, 1000 * (i + 1));
              if ('picks' in step) revisions++;
              expect(await scanAll(tested)).toEqual(await scanAll(reference));
            }
            const ids = [1, 2, 3, 2_097_152];
            expect(extentRows(await tested.extents(null))).toEqual(extentRows(await reference.extents(null)));
            expect(readRows(await tested.last(ids))).toEqual(readRows(await reference.last(ids)));
            for (let r = 0; r < 60; r += 7) {
              const range = { ...everything, resultMin: r, resultMax: r + 10 };
              expect(await tested.count(range)).toBe(await reference.count(range));
            }
            for (const row of await scanAll(tested))
              if (row.id > 0) expect(readRows((await tested.byAssignedId(row.id))!)).toEqual([row]);
          } finally {
            await tested.stop();
          }
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
      expect(revisions).toBeGreaterThan(RUNS);
    }, 120_000);
  });
}

const time = fc.constantFrom(T, T + 1, T + DAY, T + 40 * DAY, -1, EARLIEST);
const stream = fc.constantFrom(1, 2, 3, 2_097_152);
const rows = fc.record({
  rows: fc.array(fc.record({ ds: stream, t: time, r: fc.nat(50), rec: fc.integer({ min: 1, max: 6 }) }), {
    minLength: 1,
    maxLength: 40,
    size: 'max',
  }),
  mode: fc.constantFrom('first' as const, 'tie' as const),
});
/** Which of the rows that stand: those whose place in the list is named; `kind` what becomes of them. */
const revision = fc.record({
  picks: fc.array(
    fc.record({
      at: fc.nat(),
      kind: fc.constantFrom('set', 'text', 'remove'),
      r: fc.integer({ min: -20, max: 80 }),
    }),
    { minLength: 1, maxLength: 15 },
  ),
});
type Step =
  typeof rows extends fc.Arbitrary<infer R> ? R | { picks: { at: number; kind: string; r: number }[] } | Wish[] : never;
const history: fc.Arbitrary<Step[]> = fc.array(fc.oneof(rows, revision, wishes(stream, time)), {
  minLength: 3,
  maxLength: 14,
  size: 'max',
});

async function take(store: TimeseriesStore, step: Step, serial: number): Promise<void> {
  if (Array.isArray(step)) {
    for (const [k, wish] of step.entries())
      await store.edit([{ rec: serial + k, edits: await plan(store, wish, serial + k) }]);
  } else if ('picks' in step) {
    const standing = await scanAll(store);
    if (standing.length === 0) return;
    const picked = new Map(step.picks.map((pick) => [pick.at % standing.length, pick]));
    const revised = [...picked].map(([at, { kind, r }]) => {
      const row = standing[at]!;
      const text = { ...row, type: RESULT.text, r: Number.NaN, x: '{"v":"x"}' };
      return { kind, row: kind === 'text' && row.n < EDITED_TIES ? text : { ...row, type: RESULT.number, r } };
    });
    const set = revised.filter(({ kind }) => kind !== 'remove').map(({ row }) => row);
    const remove = revised.filter(({ kind }) => kind === 'remove').map(({ row }) => row);
    const first = await store.revise(revisionOf(set, remove));
    expect(first.changed).toBeLessThanOrEqual(set.length);
    expect(await store.revise(revisionOf(set, remove))).toEqual({ changed: 0, removed: 0 });
  } else await store.write(batchOf(step.rows), { mode: step.mode });
}
