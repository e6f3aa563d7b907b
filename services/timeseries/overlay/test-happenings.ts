/** What may happen to Observations on their way to the store, at random: tests of the overlay and of the latest values. */
import fc from 'fast-check';
import { EDITED_IDS, EDITED_TIES, type RowExtra } from '../../model/index.ts';
import type { Waiter } from './test-waiter.ts';

const T = Date.UTC(2026, 5, 1);
export const stream = fc.integer({ min: 1, max: 4 });
export const time = fc.integer({ min: 0, max: 9 }).map((k) => T + k);
export const result = fc.integer({ min: 0, max: 9 });
/** What happens to a hub, one after the other; a number picks one of the rows that are shown then. */
export const happening = fc.oneof(
  { weight: 5, arbitrary: fc.record({ what: fc.constant('reading' as const), ds: stream, t: time, r: result }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('put' as const), ds: stream, t: time, r: result }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('remove' as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('correct' as const), pick: fc.nat(), r: result }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('shift' as const), pick: fc.nat(), t: time }) },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('store' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('drop' as const), ds: fc.integer({ min: 4, max: 4 }) }) },
);
export type Happening = typeof happening extends fc.Arbitrary<infer H> ? H : never;

export async function happen(hub: Waiter, happenings: readonly Happening[]): Promise<void> {
  for (const one of happenings) {
    const rows = await hub.shown();
    const picked = 'pick' in one ? rows[one.pick % Math.max(1, rows.length)] : undefined;
    const id = EDITED_IDS + hub.last;
    // a deleted Datastream's id never comes again
    if ('ds' in one && hub.dropped.has(one.ds)) continue;
    if (one.what === 'reading') hub.reading(one.ds, one.t, one.r);
    else if (one.what === 'put') {
      const [taken] = await hub.overlay.occupied(one.ds, [one.t]);
      // some are intervals
      const x = one.r > 6 ? { e: one.t + 2 * (one.r - 6) } : null;
      if (taken) hub.put(one.ds, one.t, one.r, EDITED_TIES + hub.last, id, x);
      else hub.put(one.ds, one.t, one.r, 0, 0, x);
    } else if (one.what === 'drop') {
      hub.edit([{ op: 'drop', ds: one.ds }]);
      hub.dropped.add(one.ds);
    } else if (one.what === 'store') await hub.move(Math.floor(hub.last * one.share));
    else if (picked !== undefined) {
      const { ds, t, n, rec } = picked;
      const remove = { op: 'remove', ds, t, rec, n } as const;
      const x = picked.x === '' ? {} : (JSON.parse(picked.x) as RowExtra);
      const row = { ds, t, n, id: picked.id, type: picked.type, r: picked.r, q: 0, x };
      if (one.what === 'remove') hub.edit([remove]);
      else if (one.what === 'correct') hub.edit([remove, { op: 'put', row: { ...row, r: one.r } }]);
      else if (one.t !== t) {
        // it keeps its id, and is an instant from now on
        const k = picked.id === 0 ? (x.k ?? ([ds, t] as const)) : undefined;
        const moved = { ...row, t: one.t, n: EDITED_TIES + hub.last, x: k === undefined ? null : { k } };
        hub.edit([remove, { op: 'put', row: moved }]);
      }
    }
  }
}
