/** Random writes, edits and queries, answered by a store and by the memory adapter: both must say the same. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { EARLIEST, type EditBatch, LATEST, RESULT } from '../model/index.ts';
import { claims, plan, type Wish, wishes } from './contract-random-edit.ts';
import { memoryStore } from './memory/index.ts';
import type { RangeQuery, TimeseriesStore } from './port.ts';
import { batchOf, everything, extentRows, readRows, scanAll, type TestRow } from './test-rows.ts';

const T = Date.UTC(2026, 5, 1);
const DAY = 86_400_000;
const RUNS = 15;
const QUERIES = 12;

const time = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }).map((k) => T + k * DAY) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 300 }).map((k) => T + k) },
  { weight: 1, arbitrary: fc.constantFrom(EARLIEST, -1, Date.UTC(1995, 4, 4), T - 190 * DAY, 2 ** 42, LATEST - 1) },
);
const stream = fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constantFrom(300, 2_097_152, 2 ** 31 - 1));
const row: fc.Arbitrary<TestRow> = fc.oneof(
  fc.record({ ds: stream, t: time, r: fc.integer({ min: 0, max: 50 }), rec: fc.integer({ min: 1, max: 4 }) }),
  fc.record({
    ds: stream,
    t: time,
    r: fc.constantFrom(0, 1),
    type: fc.constant(RESULT.boolean),
    rec: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ ds: stream, t: time, type: fc.constantFrom(RESULT.text, RESULT.none), x: fc.constant('{"v":"a"}') }),
);
const write = fc.record({
  rows: fc.array(row, { minLength: 1, maxLength: 120, size: 'max' }),
  mode: fc.constantFrom('first', 'tie'),
});
const bound = fc.option(fc.integer({ min: 0, max: 50 }), { nil: null });
const query: fc.Arbitrary<RangeQuery> = fc.record({
  datastreams: fc.option(
    fc.uniqueArray(stream, { maxLength: 5 }).map((ids) => ids.sort((a, b) => a - b)),
    { nil: null },
  ),
  from: fc.option(time, { nil: null }),
  to: fc.option(time, { nil: null }),
  resultMin: bound,
  resultMax: bound,
  order: fc.constantFrom('time', '-time', 'id', '-id'),
  offset: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 200 })),
  limit: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 0, max: 50 })),
});

export async function agreesWithReference(make: () => Promise<TimeseriesStore> | TimeseriesStore): Promise<void> {
  let visited = 0;
  let edits = 0;
  const history = fc.record({
    steps: fc.array(fc.oneof(write, wishes(stream, time)), { minLength: 1, maxLength: 12 }),
    queries: fc.array(query, { minLength: QUERIES, maxLength: QUERIES }),
  });
  await fc.assert(
    fc.asyncProperty(history, async ({ steps, queries }) => {
      const store = await make();
      const reference = memoryStore();
      await store.start();
      try {
        const done: Done[] = [];
        for (const [i, step] of steps.entries()) {
          if (Array.isArray(step)) edits += await editBoth(store, reference, step, 1000 * (i + 1), done);
          else {
            const batch = batchOf(step.rows);
            const { mode } = step;
            done.push((each) => each.write(batch, { mode }));
            expect(await store.write(batch, { mode })).toEqual(await reference.write(batch, { mode }));
          }
        }
        const before = await scanAll(store);
        const from = done.length === 0 ? 0 : (queries[0]!.offset * 7) % done.length;
        // the journal is read again from somewhere: nothing changes
        for (const again of done.slice(from)) await again(store);
        expect(await scanAll(store)).toEqual(before);
        for (const asked of [everything, ...queries]) {
          expect(await scanAll(store, asked)).toEqual(await scanAll(reference, asked));
          expect(await store.count(asked)).toBe(await reference.count(asked));
          visited++;
        }
        await sameFacts(store, reference);
      } finally {
        await store.stop();
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(visited).toBe(RUNS * (QUERIES + 1));
  expect(edits).toBeGreaterThan(RUNS * 5);
}

type Done = (store: TimeseriesStore) => Promise<unknown>;

/** One batch for each wish, as the API makes one record of each. Returns how many edits there were. */
async function editBoth(
  store: TimeseriesStore,
  reference: TimeseriesStore,
  list: readonly Wish[],
  first: number,
  done: Done[],
): Promise<number> {
  let edits = 0;
  for (const [k, wish] of list.entries()) {
    const planned: EditBatch = { rec: first + k, edits: await plan(store, wish, first + k) };
    done.push((each) => each.edit([planned]));
    await store.edit([planned]);
    await reference.edit([planned]);
    edits += planned.edits.length;
  }
  return edits;
}

async function sameFacts(store: TimeseriesStore, reference: TimeseriesStore): Promise<void> {
  const ids = [1, 2, 3, 4, 5, 6, 7, 300, 2_097_152, 2 ** 31 - 1];
  expect(readRows(await store.last(ids))).toEqual(readRows(await reference.last(ids)));
  for (const list of [ids, null])
    expect(extentRows(await store.extents(list))).toEqual(extentRows(await reference.extents(list)));
  const rows = await scanAll(store);
  for (const found of rows) {
    if (found.id > 0) expect(readRows((await store.byAssignedId(found.id))!)).toEqual([found]);
  }
  for (const [[ds, t], row] of claims(rows)) expect(readRows((await store.byClaim(ds, t))!)).toEqual([row]);
  for (const ds of ids) {
    const times = Array.from({ length: 21 }, (_, k) => T + k * DAY);
    expect(await store.occupied(ds, times)).toEqual(await reference.occupied(ds, times));
  }
}
