/** Random edits as the API plans them: on rows that are there, with ids that stay. */
import fc from 'fast-check';
import { EDITED_IDS, EDITED_TIES, type Edit, QUALITY, type RowExtra } from '../model/index.ts';
import type { TimeseriesStore } from './port.ts';
import { type ReadRow, readRows, scanAll } from './test-rows.ts';

/** What to do; `pick` chooses one of the rows that are there. */
export interface Wish {
  readonly kind: 'new' | 'race' | 'move' | 'change' | 'remove' | 'drop';
  readonly pick: number;
  readonly ds: number;
  readonly t: number;
  readonly r: number;
  readonly end: number | null;
}

export function wishes(stream: fc.Arbitrary<number>, time: fc.Arbitrary<number>): fc.Arbitrary<Wish[]> {
  const kind = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom<Wish['kind']>('new', 'move', 'change', 'remove') },
    { weight: 2, arbitrary: fc.constant<Wish['kind']>('race') },
    { weight: 1, arbitrary: fc.constant<Wish['kind']>('drop') },
  );
  const end = fc.option(fc.integer({ min: 1, max: 1e9 }), { nil: null, freq: 3 });
  return fc.array(fc.record({ kind, pick: fc.nat(), ds: stream, t: time, r: fc.integer({ min: 0, max: 50 }), end }), {
    minLength: 1,
    maxLength: 25,
    size: 'max',
  });
}

/** The edits of one wish. `serial`: a number that no other wish has. Two stores that hold the same plan the same. */
export async function plan(store: TimeseriesStore, wish: Wish, serial: number): Promise<Edit[]> {
  const { kind, pick, ds, t, r, end } = wish;
  if (kind === 'drop') return [{ op: 'drop', ds }];
  const interval: RowExtra = end === null ? {} : { e: t + end };
  if (kind === 'new' || kind === 'race') {
    // in a race the row of a device came after the look for it
    const rows = readRows(await store.at(ds, t));
    const raced = kind === 'race' && rows.some((row) => row.n === 0);
    const [taken] = await store.occupied(ds, [t]);
    const free = raced || taken !== true;
    const layout = free && ds <= 2_097_151 && t >= 0 && t < 2 ** 42;
    return [
      {
        op: 'put',
        row: {
          ds,
          t,
          n: free ? 0 : EDITED_TIES + serial,
          id: layout ? 0 : EDITED_IDS + serial,
          type: 0,
          r,
          q: 0,
          x: interval,
        },
      },
    ];
  }
  const rows = await scanAll(store);
  const old = rows[pick % Math.max(1, rows.length)];
  if (old === undefined) return [];
  const remove: Edit = { op: 'remove', ds: old.ds, t: old.t, rec: old.rec, n: old.n };
  if (kind === 'remove') return [remove];
  const extra = old.x === '' ? {} : (JSON.parse(old.x) as RowExtra);
  const row = { type: 0, r, q: QUALITY.edited, id: old.id };
  if (kind === 'change') return [remove, { op: 'put', row: { ...row, ds: old.ds, t: old.t, n: old.n, x: extra } }];
  if (ds === old.ds && t === old.t) return [];
  const [taken] = await store.occupied(ds, [t]);
  const k: RowExtra = old.id === 0 ? { k: extra.k ?? [old.ds, old.t] } : {};
  return [
    remove,
    { op: 'put', row: { ...row, ds, t, n: taken === true ? EDITED_TIES + serial : 0, x: { ...interval, ...k } } },
  ];
}

/** Ids that a row has kept: each row with what it claims. */
export function claims(rows: readonly ReadRow[]): [claim: readonly [ds: number, t: number], row: ReadRow][] {
  return rows.flatMap((row) => {
    const k = row.x === '' ? undefined : (JSON.parse(row.x) as RowExtra).k;
    return k === undefined ? [] : [[k, row] as [readonly [number, number], ReadRow]];
  });
}
