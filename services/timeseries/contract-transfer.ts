/**
 * The part of the contract that is about moving everything to another store: what was copied answers every question like its
 * source, and what comes later (writes, edits, the journal read again) becomes of both the same.
 */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EARLIEST, EDITED_IDS, EDITED_TIES, type EditBatch, LATEST, RESULT } from '../model/index.ts';
import { put } from './contract-edit.ts';
import { claims, plan, type Wish, wishes } from './contract-random-edit.ts';
import { memoryStore } from './memory/index.ts';
import { CHUNK_PLACES } from './places.ts';
import type { Places, TimeseriesStore } from './port.ts';
import { batchOf, everything, extentRows, readRows, scanAll, type TestRow } from './test-rows.ts';

const T = Date.UTC(2026, 5, 1, 12);
const DAY = 86_400_000;

type Make = () => Promise<TimeseriesStore> | TimeseriesStore;

/** Everything of `from` into `to`, as a move does it. */
export async function copyAll(from: TimeseriesStore, to: TimeseriesStore): Promise<void> {
  for await (const rows of from.scan(everything)) await to.place(rows);
  for await (const places of from.tombstones(null)) await to.bury(places);
  const dropped = await from.dropped();
  await to.edit([{ rec: 0, edits: dropped.map((ds) => ({ op: 'drop', ds })) }]);
}

export async function allTombstones(store: TimeseriesStore): Promise<number[][]> {
  const found: number[][] = [];
  for await (const places of store.tombstones(null)) found.push(...placesOf(places));
  return found;
}

function placesOf({ length, ds, t, n, rec }: Places): number[][] {
  return Array.from({ length }, (_, i) => [ds[i]!, t[i]!, n[i]!, rec[i]!]);
}

export function transferContract(name: string, make: Make): void {
  describe(`moving everything to and from the ${name} time-series store`, () => {
    let store: TimeseriesStore;
    let other: TimeseriesStore;
    beforeEach(async () => {
      store = await make();
      other = memoryStore();
      await store.start();
    });
    afterEach(() => store.stop());

    const remove = (ds: number, t: number, rec: number) => ({ op: 'remove', ds, t, rec }) as const;

    test('an empty store has no tombstones and no deleted Datastreams', async () => {
      expect(await allTombstones(store)).toEqual([]);
      expect(await store.dropped()).toEqual([]);
      for await (const rows of other.scan(everything)) await store.place(rows);
      expect(await store.count(everything)).toBe(0);
    });

    test('rows are placed with their tie numbers, ids, records and claims', async () => {
      await other.write(batchOf([1, 2].map((ds) => ({ ds, t: T, r: ds, rec: 3 }))));
      await other.write(batchOf([{ ds: 1, t: T, r: 9, rec: 4 }]), { mode: 'tie' });
      await other.write(batchOf([{ ds: 1, t: T + 5, type: RESULT.text, x: '{"v":"voll ✓"}', rec: 4 }]));
      const moved = { ds: 2, t: T + 9 * DAY, x: { k: [2, T] as const, e: T + 10 * DAY } };
      const further = { ds: 1, t: T, n: EDITED_TIES + 2, id: EDITED_IDS + 2 };
      await other.edit([{ rec: 7, edits: [remove(2, T, 3), put(moved), put(further)] }]);
      for (let time = 0; time < 2; time++) {
        await copyAll(other, store);
        expect(await scanAll(store)).toEqual(await scanAll(other));
      }
      expect(await store.count(everything)).toBe(5);
      const tie = readRows(await other.at(1, T))[1]!;
      expect(readRows((await store.byAssignedId(tie.id))!)).toEqual([tie]);
      expect(readRows((await store.byAssignedId(EDITED_IDS + 2))!)).toMatchObject([{ n: EDITED_TIES + 2 }]);
      expect(readRows((await store.byClaim(2, T))!)).toMatchObject([{ t: moved.t }]);
      expect(extentRows(await store.extents(null))).toEqual(extentRows(await other.extents(null)));
      expect(await allTombstones(store)).toEqual([[2, T, 0, 3]]);
    });

    test('a row whose place another record holds takes that place, with the ids', async () => {
      await store.write(batchOf([{ ds: 1, t: -5, r: 1, rec: 3 }]));
      await other.write(batchOf([{ ds: 1, t: -5, r: 2, rec: 4 }]));
      const [before] = readRows(await store.at(1, -5));
      await copyAll(other, store);
      expect(await scanAll(store)).toEqual(await scanAll(other));
      expect(await store.byAssignedId(before!.id)).toBeNull();
    });

    test('nothing is placed for a Datastream that was deleted, and what comes for it later is a repetition', async () => {
      await other.write(batchOf([1, 2].map((ds) => ({ ds, t: T, r: ds, rec: 3 }))));
      await store.edit([{ rec: 9, edits: [{ op: 'drop', ds: 2 }] }]);
      await copyAll(other, store);
      await store.bury({ length: 1, ds: [2], t: [T], n: [0], rec: [3] });
      expect((await scanAll(store)).map(({ ds }) => ds)).toEqual([1]);
      expect(await allTombstones(store)).toEqual([]);
      expect(await store.dropped()).toEqual([2]);
      await copyAll(store, other);
      expect(await other.write(batchOf([{ ds: 2, t: T + 1, rec: 5 }]))).toMatchObject({ inserted: 0, replayed: 1 });
    });

    test('more tombstones than one chunk come each once and in order, also from a place on', async () => {
      const count = 2 * CHUNK_PLACES + 100;
      // over several files of a store that has some, and with two records at one instant
      const places = Array.from({ length: count }, (_, i) => [1 + (i % 7), T + (i % 90) * DAY + (i >> 1), 0, 10 + i]);
      const sorted = places.toSorted((a, b) => a[0]! - b[0]! || a[1]! - b[1]! || a[3]! - b[3]!);
      const column = (k: number) => places.map((place) => place[k]!);
      const all = { length: count, ds: column(0), t: column(1), n: column(2), rec: column(3) };
      for (let time = 0; time < 2; time++) await store.bury(all);
      const chunks: number[] = [];
      for await (const { length } of store.tombstones(null)) chunks.push(length);
      expect(Math.max(...chunks)).toBeLessThanOrEqual(CHUNK_PLACES);
      expect(await allTombstones(store)).toEqual(sorted);
      const [ds, t] = sorted[1234]!;
      const rest: number[][] = [];
      for await (const some of store.tombstones({ ds: ds!, t: t! })) rest.push(...placesOf(some));
      expect(rest).toEqual(sorted.filter((place) => place[0]! > ds! || (place[0] === ds && place[1]! > t!)));
      expect(await store.occupied(ds!, [t!])).toEqual([true]);
    });

    test(
      'whatever was written and edited, the copy answers like its source, and goes on like it',
      () => copiesAgree(make),
      120_000,
    );
  });
}

const RUNS = 12;
const stream = fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constantFrom(300, 2_097_152, 2 ** 31 - 1));
const time = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }).map((k) => T + k * DAY) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 60 }).map((k) => T + k) },
  { weight: 1, arbitrary: fc.constantFrom(EARLIEST, -1, Date.UTC(1995, 4, 4), 2 ** 42, LATEST - 1) },
);
const row: fc.Arbitrary<TestRow> = fc.record({
  ds: stream,
  t: time,
  r: fc.integer({ min: 0, max: 50 }),
  rec: fc.integer({ min: 1, max: 9 }),
});
const step = fc.oneof(
  fc.record({
    rows: fc.array(row, { minLength: 1, maxLength: 60, size: 'max' }),
    mode: fc.constantFrom('first', 'tie'),
  }),
  wishes(stream, time),
);
type Step = { readonly rows: TestRow[]; readonly mode: 'first' | 'tie' } | Wish[];

/** Into the store and out of it again: the second copy is compared with the source of the first. */
async function copiesAgree(make: Make): Promise<void> {
  let copied = 0;
  const history = fc.record({
    before: fc.array(step, { minLength: 2, maxLength: 8, size: 'max' }),
    later: fc.array(step, { minLength: 1, maxLength: 5, size: 'max' }),
    again: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(history, async ({ before, later, again }) => {
      const source = memoryStore();
      const store = await make();
      const back = memoryStore();
      await store.start();
      try {
        const done: ((to: TimeseriesStore) => Promise<unknown>)[] = [];
        for (const [i, one] of before.entries()) done.push(...(await doStep(one, 1000 * (i + 1), [source])));
        await copyAll(source, store);
        await copyAll(store, back);
        copied += await sameAnswers(source, store, back);
        for (const [i, one] of later.entries()) {
          done.push(...(await doStep(one, 100_000 + 1000 * i, [source, store, back])));
        }
        // the journal is read again from somewhere
        for (const repeat of done.slice(again % done.length)) for (const to of [source, store, back]) await repeat(to);
        await sameAnswers(source, store, back);
      } finally {
        await store.stop();
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(copied).toBeGreaterThan(RUNS * 20);
}

/** Does a step to all stores, which must say the same of it; returns what to do to have it done again. */
async function doStep(one: Step, first: number, stores: readonly TimeseriesStore[]) {
  const done: ((to: TimeseriesStore) => Promise<unknown>)[] = [];
  const everywhere = async (work: (to: TimeseriesStore) => Promise<unknown>): Promise<void> => {
    done.push(work);
    const said: unknown[] = [];
    for (const store of stores) said.push(await work(store));
    for (const other of said) expect(other).toEqual(said[0]);
  };
  if (!Array.isArray(one)) {
    const batch = batchOf(one.rows);
    await everywhere((to) => to.write(batch, { mode: one.mode }));
    return done;
  }
  for (const [k, wish] of one.entries()) {
    const planned: EditBatch = { rec: first + k, edits: await plan(stores[0]!, wish, first + k) };
    await everywhere((to) => to.edit([planned]));
  }
  return done;
}

/** Returns how many rows there are. */
async function sameAnswers(source: TimeseriesStore, ...others: readonly TimeseriesStore[]): Promise<number> {
  const rows = await scanAll(source);
  const tombstones = await allTombstones(source);
  const ids = [1, 2, 3, 4, 5, 6, 7, 300, 2_097_152, 2 ** 31 - 1];
  const times = Array.from({ length: 21 }, (_, k) => T + k * DAY);
  for (const other of others) {
    expect(await scanAll(other)).toEqual(rows);
    expect(await scanAll(other, { order: '-time' })).toEqual(await scanAll(source, { order: '-time' }));
    expect(await other.dropped()).toEqual(await source.dropped());
    expect(await allTombstones(other)).toEqual(tombstones);
    expect(extentRows(await other.extents(null))).toEqual(extentRows(await source.extents(null)));
    expect(readRows(await other.last(ids))).toEqual(readRows(await source.last(ids)));
    for (const found of rows)
      if (found.id > 0) expect(readRows((await other.byAssignedId(found.id))!)).toEqual([found]);
    for (const [[ds, t], found] of claims(rows)) expect(readRows((await other.byClaim(ds, t))!)).toEqual([found]);
    for (const ds of ids) expect(await other.occupied(ds, times)).toEqual(await source.occupied(ds, times));
  }
  return rows.length;
}
