import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RowExtra } from '../model/index.ts';
import { happen, happening } from './overlay/test-happenings.ts';
import { Waiter } from './overlay/test-waiter.ts';
import { type ReadRow, readRows } from './test-rows.ts';

const IDS = [1, 2, 3, 4, 5];

test('what memory knows is what store and overlay say, and the rest is asked for', async () => {
  let known = 0;
  let asked = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 40, size: 'max' }), async (happenings) => {
      const hub = new Waiter();
      for (const one of happenings) {
        await happen(hub, [one]);
        known += check(hub, await hub.shown());
        for (let k = 0; k < 10; k++) {
          const t = Date.UTC(2026, 5, 1) + k;
          if (hub.latest.isFree(1, t)) expect(await hub.overlay.occupied(1, [t])).toEqual([false]);
        }
      }
      await hub.move(hub.last);
      asked += await settle(hub);
      const rows = await hub.shown();
      expect(check(hub, rows)).toBe(3 * IDS.length);
    }),
    { numRuns: 200 },
  );
  expect(known).toBeGreaterThan(10_000);
  expect(asked).toBeGreaterThan(100);
}, 60_000);

/** How many facts are known; all that are must be right. */
function check({ latest }: Waiter, rows: readonly ReadRow[]): number {
  let known = 0;
  for (const ds of IDS) {
    const own = rows.filter((row) => row.ds === ds);
    const last = own.at(-1);
    const newest = latest.newest(ds);
    if (newest !== undefined) {
      known++;
      const facts = last === undefined ? null : { t: last.t, n: last.n, id: last.id, r: last.r, rec: last.rec };
      if (facts === null) expect(newest).toBeNull();
      else expect(newest).toMatchObject(facts);
    }
    const extent = latest.extent(ds);
    if (extent !== undefined) {
      known++;
      const ends = own.map(({ t, x }) => (x === '' ? t : ((JSON.parse(x) as RowExtra).e ?? t)));
      expect(extent).toEqual(last === undefined ? null : { first: own[0]!.t, last: Math.max(...ends) });
    }
    if (newest !== undefined) {
      known++;
      expect(latest.get(ds)?.t ?? null).toBe(last?.t ?? null);
      if (last !== undefined) expect(latest.get(ds)!.result).toBe(last.r);
    }
  }
  return known;
}

/** Asks until nothing is in doubt; returns how often. */
async function settle({ latest, overlay, last }: Waiter): Promise<number> {
  let asked = 0;
  for (;;) {
    const doubts = latest.doubts(last, 2);
    if (doubts.length === 0) return asked;
    const ids = doubts.map(({ ds }) => ds);
    const rows = readRows(await overlay.last(ids));
    const extents = await overlay.extents(ids);
    for (const doubt of doubts) {
      asked++;
      const found = rows.find(({ ds }) => ds === doubt.ds);
      const newest = found === undefined ? null : { ...found, x: found.x === '' ? null : found.x };
      const i = Array.from(extents.ds).indexOf(doubt.ds);
      const extent = i === -1 ? null : { first: extents.firstTime[i]!, last: extents.lastTime[i]! };
      latest.told(doubt, { newest, reading: newest, extent });
    }
  }
}
