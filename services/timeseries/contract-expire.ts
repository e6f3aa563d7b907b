/** The part of the contract that is about old rows that go. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EDITED_IDS, EDITED_TIES, type Edit, RESULT } from '../model/index.ts';
import { put } from './contract-edit.ts';
import type { Expiry, TimeseriesStore } from './port.ts';
import { batchOf, everything, extentRows, type ReadRow, readRows, scanAll, type TestRow } from './test-rows.ts';

const T = Date.UTC(2026, 5, 1, 12);
const DAY = 86_400_000;

export function expireContract(name: string, make: () => Promise<TimeseriesStore> | TimeseriesStore): void {
  describe(`expiry in the ${name} time-series store`, () => {
    let store: TimeseriesStore;
    beforeEach(async () => {
      store = await make();
      await store.start();
    });
    afterEach(() => store.stop());

    const write = (rows: readonly TestRow[], mode: 'first' | 'tie' = 'first') => store.write(batchOf(rows), { mode });
    const edit = (rec: number, ...edits: Edit[]) => store.edit([{ rec, edits }]);
    const all: Expiry = { datastreams: null, from: null, before: T };

    test('an empty store has nothing that goes', async () => {
      expect(await store.expire(all)).toBe(0);
      expect(await store.expire({ ...all, datastreams: [] })).toBe(0);
      expect(await store.expire({ ...all, datastreams: [1, 2], except: [2] })).toBe(0);
    });

    test('rows before the time go, those from it on stay, to the millisecond', async () => {
      await write([-100 * DAY, -DAY, -1, 0, 1, DAY].map((k, i) => ({ ds: 1, t: T + k, r: i, rec: i + 1 })));
      expect(await store.expire(all)).toBe(3);
      expect((await scanAll(store)).map((row) => row.t - T)).toEqual([0, 1, DAY]);
      expect(await store.count(everything)).toBe(3);
      expect(extentRows(await store.extents(null))).toEqual([{ ds: 1, count: 3, firstTime: T, lastTime: T + DAY }]);
      expect(await store.expire(all)).toBe(0);
    });

    test('a span has a beginning, too: what is older stays', async () => {
      await write([-30, -20, -10, 0].map((k) => ({ ds: 1, t: T + k * DAY, rec: 40 + k })));
      expect(await store.expire({ ...all, from: T - 20 * DAY, before: T })).toBe(2);
      expect((await scanAll(store)).map((row) => (row.t - T) / DAY)).toEqual([-30, 0]);
    });

    test('only the Datastreams that are named, and none that is excepted', async () => {
      const rows = [1, 2, 3, 4].flatMap((ds) => [
        { ds, t: T - 50 * DAY },
        { ds, t: T - 1 },
        { ds, t: T },
      ]);
      await write(rows);
      expect(await store.expire({ ...all, datastreams: [2, 9] })).toBe(2);
      expect(await store.expire({ ...all, except: [4, 9] })).toBe(4);
      expect(extentRows(await store.extents(null)).map(({ ds, count }) => [ds, count])).toEqual([
        [1, 1],
        [2, 1],
        [3, 1],
        [4, 3],
      ]);
    });

    test('a Datastream that loses everything is as if it had never had a row', async () => {
      await write([
        { ds: 1, t: T - DAY },
        { ds: 2, t: T - DAY },
        { ds: 2, t: T + DAY, r: 5 },
      ]);
      await store.expire(all);
      expect((await store.extents([1])).length).toBe(0);
      expect(readRows(await store.last([1, 2])).map(({ ds, r }) => [ds, r])).toEqual([[2, 5]]);
      expect((await store.at(1, T - DAY)).length).toBe(0);
      expect(await store.occupied(1, [T - DAY])).toEqual([false]);
      expect(
        (await store.aggregate({ ...everything, datastreams: [1], edges: null, perDatastream: true, quantiles: [] }))
          .length,
      ).toBe(0);
    });

    test('ids of the rows go with them, those of others stay', async () => {
      await write([
        { ds: 1, t: T - 1, rec: 1 },
        { ds: 1, t: T, rec: 1 },
      ]);
      await write(
        [
          { ds: 1, t: T - 1, rec: 2 },
          { ds: 1, t: T, rec: 2 },
        ],
        'tie',
      );
      const [old, young] = (await scanAll(store)).filter(({ n }) => n === 1) as [ReadRow, ReadRow];
      expect(await store.expire(all)).toBe(2);
      expect(await store.byAssignedId(old.id)).toBeNull();
      expect(readRows((await store.byAssignedId(young.id))!)).toEqual([young]);
    });

    test('a kept id goes where its row goes, not where its name points', async () => {
      const k = [1, T - DAY] as const;
      await edit(5, put({ ds: 1, t: T + DAY, n: EDITED_TIES, id: 0, x: { k } }));
      await edit(6, put({ ds: 1, t: T - 2 * DAY, n: EDITED_TIES, id: 0, x: { k: [1, T + 2 * DAY] } }));
      expect(await store.expire(all)).toBe(1);
      expect((await store.byClaim(...k))?.length).toBe(1);
      expect(await store.byClaim(1, T + 2 * DAY)).toBeNull();
    });

    test('tombstones of the time go: a later record may stand there', async () => {
      await write([
        { ds: 1, t: T - DAY, rec: 3 },
        { ds: 1, t: T + DAY, rec: 3 },
      ]);
      await edit(4, { op: 'remove', ds: 1, t: T - DAY, rec: 3 }, { op: 'remove', ds: 1, t: T + DAY, rec: 3 });
      expect(await store.expire(all)).toBe(0);
      expect(await store.occupied(1, [T - DAY, T + DAY])).toEqual([false, true]);
      expect(
        await write([
          { ds: 1, t: T - DAY, rec: 9 },
          { ds: 1, t: T + DAY, rec: 9 },
        ]),
      ).toMatchObject({
        inserted: 1,
        conflicts: [{ index: 1, records: [3] }],
      });
    });

    test('the end of the last interval is known again when a longer one went', async () => {
      const interval = (t: number, end: number) => put({ ds: 1, t, n: 0, x: { e: end } });
      await edit(1, interval(T - DAY, T + 9 * DAY));
      await edit(2, interval(T + 1, T + DAY));
      await store.expire(all);
      expect(extentRows(await store.extents([1]))).toEqual([{ ds: 1, count: 1, firstTime: T + 1, lastTime: T + DAY }]);
    });

    test('writes and reads go on beside it, and a scan under way ends well', async () => {
      const rows = Array.from({ length: 6000 }, (_, i) => ({ ds: (i % 7) + 1, t: T - (i + 1) * 30 * 60_000, rec: 1 }));
      await write(rows);
      const scan = store.scan(everything)[Symbol.asyncIterator]();
      await scan.next();
      const expiring = store.expire(all);
      for (let k = 0; k < 20; k++) {
        await write([{ ds: 1, t: T + k, r: k, rec: 100 + k }]);
        expect(readRows(await store.last([1]))[0]?.r).toBe(k);
      }
      let seen = 0;
      for (let next = await scan.next(); next.done !== true; next = await scan.next()) seen += next.value.length;
      expect(seen).toBeLessThanOrEqual(6020);
      expect(await expiring).toBe(6000);
      expect(await store.count(everything)).toBe(20);
    });

    test('what is due goes, what is not stays, whatever was written, removed and moved before', async () => {
      let visited = 0;
      await fc.assert(
        fc.asyncProperty(history, fc.array(expiry, { minLength: 1, maxLength: 3 }), async (steps, expiries) => {
          visited++;
          const fresh = await make();
          await fresh.start();
          try {
            await replay(fresh, steps);
            for (const one of expiries) await holds(fresh, one);
          } finally {
            await fresh.stop();
          }
        }),
        { numRuns: 25 },
      );
      expect(visited).toBeGreaterThanOrEqual(25);
    }, 120_000);
  });
}

const time = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -120, max: 20 }).map((day) => T + day * DAY) },
  { weight: 3, arbitrary: fc.integer({ min: -3, max: 3 }).map((ms) => T + ms) },
  fc.constantFrom(-1, -300 * 365 * DAY + T, T + 200 * 365 * DAY),
);
const ds = fc.integer({ min: 1, max: 4 });
const history = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ op: fc.constant('write' as const), ds, t: time, r: fc.integer() }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('tie' as const), ds, t: time, r: fc.integer() }) },
    fc.record({ op: fc.constant('remove' as const), ds, t: time, of: fc.nat() }),
    fc.record({ op: fc.constant('move' as const), ds, t: time, of: fc.nat() }),
  ),
  { maxLength: 60 },
);
const expiry = fc.record({
  datastreams: fc.option(fc.uniqueArray(ds).map((ids) => ids.sort())),
  except: fc.uniqueArray(ds, { maxLength: 2 }).map((ids) => ids.sort()),
  from: fc.option(time),
  before: time,
});
type Step = typeof history extends fc.Arbitrary<(infer S)[]> ? S : never;

async function replay(store: TimeseriesStore, steps: readonly Step[]): Promise<void> {
  let rec = 0;
  for (const step of steps) {
    rec++;
    if (step.op === 'write' || step.op === 'tie') {
      const mode = step.op === 'tie' ? 'tie' : 'first';
      await store.write(batchOf([{ ds: step.ds, t: step.t, r: step.r, rec }]), { mode });
      continue;
    }
    const rows = await scanAll(store);
    const row = rows[step.of % Math.max(1, rows.length)];
    if (row === undefined) continue;
    const remove: Edit = { op: 'remove', ds: row.ds, t: row.t, rec: row.rec, n: row.n };
    const moved = put({
      ds: step.ds,
      t: step.t,
      n: EDITED_TIES + rec,
      id: EDITED_IDS + rec,
      type: RESULT.none,
      r: null,
    });
    await store.edit([{ rec, edits: step.op === 'remove' ? [remove] : [remove, moved] }]);
  }
}

async function holds(store: TimeseriesStore, expiry: Expiry): Promise<void> {
  const { datastreams, except = [], from, before } = expiry;
  const due = ({ ds, t }: { ds: number; t: number }) =>
    (datastreams === null || datastreams.includes(ds)) &&
    !except.includes(ds) &&
    t >= (from ?? -Infinity) &&
    t < before;
  const rows = await scanAll(store);
  const buried = await tombstonesOf(store);
  const kept = rows.filter((row) => !due(row));
  expect(await store.expire(expiry)).toBe(rows.length - kept.length);
  expect(await scanAll(store)).toEqual(kept);
  expect(await store.count(everything)).toBe(kept.length);
  expect(await tombstonesOf(store)).toEqual(buried.filter((place) => !due(place)));
  const streams = [...new Set(kept.map((row) => row.ds))].sort((a, b) => a - b);
  expect(extentRows(await store.extents(null)).map(({ ds, count, firstTime }) => [ds, count, firstTime])).toEqual(
    streams.map((ds) => {
      const own = kept.filter((row) => row.ds === ds);
      return [ds, own.length, own[0]!.t];
    }),
  );
  expect(readRows(await store.last([1, 2, 3, 4]))).toEqual(
    streams.map((ds) => kept.filter((row) => row.ds === ds).at(-1)),
  );
  for (const row of rows) {
    if (row.id === 0) continue;
    const found = await store.byAssignedId(row.id);
    expect(found === null ? null : readRows(found)).toEqual(due(row) ? null : [row]);
  }
}

async function tombstonesOf(store: TimeseriesStore): Promise<{ ds: number; t: number; n: number; rec: number }[]> {
  const found = [];
  for await (const { length, ds, t, n, rec } of store.tombstones(null))
    for (let i = 0; i < length; i++) found.push({ ds: ds[i]!, t: t[i]!, n: n[i]!, rec: rec[i]! });
  return found;
}
