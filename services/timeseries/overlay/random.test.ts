import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RowExtra } from '../../model/index.ts';
import { memoryStore } from '../memory/index.ts';
import type { RangeQuery } from '../port.ts';
import { type ReadRow, readRows } from '../test-rows.ts';
import { happen, happening, result, stream, time } from './test-happenings.ts';
import { answer, slowScans, Waiter } from './test-waiter.ts';

const bound = fc.option(result, { nil: null });
const query: fc.Arbitrary<RangeQuery> = fc.record({
  datastreams: fc.option(
    fc.uniqueArray(stream, { maxLength: 3 }).map((ids) => ids.sort((a, b) => a - b)),
    { nil: null },
  ),
  from: fc.option(time, { nil: null }),
  to: fc.option(time, { nil: null }),
  resultMin: bound,
  resultMax: bound,
  order: fc.constantFrom('time', '-time', 'id', '-id'),
  offset: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 })),
  limit: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 0, max: 8 })),
});

test('store and overlay answer as one, whatever waits, was removed, moved or stored', async () => {
  let visited = 0;
  let waiting = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { minLength: 1, maxLength: 40, size: 'max' }),
      fc.array(query, { minLength: 8, maxLength: 8 }),
      async (happenings, queries) => {
        const hub = new Waiter();
        await happen(hub, happenings);
        const rows = await hub.shown();
        waiting += hub.rows.length + hub.edits.length;
        for (const asked of queries) {
          const found: ReadRow[] = [];
          for await (const page of hub.overlay.scan(asked)) found.push(...readRows(page));
          expect(found).toEqual(answer(rows, asked));
          visited++;
        }
        await sameFacts(hub, rows);
        // totals may have to wait until the store has everything
        for (const asked of queries) {
          const counted = hub.overlay.count(asked);
          const all = answer(rows, { ...asked, offset: 0, limit: Number.POSITIVE_INFINITY }).length;
          const settled = hub
            .move(hub.last)
            .then(async () => answer(await hub.shown(), { ...asked, offset: 0, limit: Infinity }).length);
          expect([all, await settled]).toContain(await counted);
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(visited).toBe(300 * 8);
  expect(waiting).toBeGreaterThan(1000);
}, 60_000);

async function sameFacts(hub: Waiter, rows: readonly ReadRow[]): Promise<void> {
  const ids = [1, 2, 3, 4, 5];
  const last = ids.flatMap((ds) => rows.filter((row) => row.ds === ds).slice(-1));
  expect(readRows(await hub.overlay.last(ids))).toEqual(last);
  for (const row of rows) {
    const beside = rows.filter(({ ds, t }) => ds === row.ds && t === row.t);
    expect(readRows(await hub.overlay.at(row.ds, row.t))).toEqual(beside);
    expect((await hub.overlay.occupied(row.ds, [row.t]))[0]).toBe(true);
    if (row.id !== 0) expect(readRows((await hub.overlay.byAssignedId(row.id))!)).toEqual([row]);
    const kept = row.x === '' ? undefined : (JSON.parse(row.x) as RowExtra).k;
    if (kept !== undefined) expect((await hub.overlay.byClaim(...kept))?.length).toBe(1);
  }
}

test('nothing is seen twice or missed while rows and edits move to the store during a scan', async () => {
  let moved = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { minLength: 10, maxLength: 40, size: 'max' }),
      query,
      fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
      async (happenings, asked, turns) => {
        const inner = memoryStore();
        const turn = async () => {
          for (let i = turns.pop() === true ? 9 : 0; i > 0; i--) await null;
        };
        const hub = new Waiter(slowScans(inner, turn));
        await happen(hub, happenings);
        const expected = answer(await hub.shown(), asked);
        const found: ReadRow[] = [];
        const pages = hub.overlay.scan(asked);
        // the first page is asked for now, and comes after some of the moves
        let page = pages.next();
        if (hub.rows.length + hub.edits.length > 0) moved++;
        const moving = hub.move(hub.last, turn);
        for (let next = await page; !next.done; next = await page) {
          found.push(...readRows(next.value));
          page = pages.next();
        }
        await moving;
        // a tie or a time beyond the layout gets its id from the store, which is not known before
        expect(found.map(key)).toEqual(expected.map(key));
      },
    ),
    { numRuns: 300 },
  );
  expect(moved).toBeGreaterThan(200);
}, 60_000);

function key({ ds, t, n, rec, r }: ReadRow): string {
  return [ds, t, n, rec, r].join(' ');
}
