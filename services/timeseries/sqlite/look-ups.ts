/** Look-ups of single rows: by instant, by assigned id, by an id that was kept. Each is one step. */
import { Columns, type PlainRows } from '../columns.ts';
import { claimOf } from '../extra.ts';
import type { ReaderStore } from './reader-store.ts';

const ANY = { resultMin: null, resultMax: null, after: null, descending: false, limit: 2 ** 31 } as const;

interface Key {
  readonly ds: number;
  readonly t: number;
  readonly n: number;
}

export function* at(store: ReaderStore, ds: number, t: number): Generator<void, PlainRows> {
  yield;
  return instant(store, ds, t).take();
}

/** An id without a row: the write or the edit that gave it did not come to its end. */
export function* byAssignedId(store: ReaderStore, id: number): Generator<void, PlainRows | null> {
  yield;
  const key = store.meta.prepare('SELECT ds, t, n FROM alias WHERE id = ?').get(id) as Key | undefined;
  return key === undefined ? null : one(store, key, (rows, i) => rows.id[i] === id);
}

export function* byClaim(store: ReaderStore, ds: number, t: number): Generator<void, PlainRows | null> {
  yield;
  const sql = 'SELECT to_ds AS ds, to_t AS t, to_n AS n FROM claim WHERE ds = ? AND t = ?';
  const key = store.meta.prepare(sql).get(ds, t) as Key | undefined;
  if (key === undefined) return null;
  return one(store, key, (rows, i) => {
    const claim = claimOf(rows.x.get(i) ?? null);
    return claim !== null && claim[0] === ds && claim[1] === t;
  });
}

/** For each time whether a row stands there, or one that was removed. */
export function* occupied(store: ReaderStore, ds: number, times: readonly number[]): Generator<void, boolean[]> {
  const found: boolean[] = [];
  for (const t of times) {
    const [span] = store.partitions.within(t, t);
    const rows = span !== undefined && instant(store, ds, t).length > 0;
    found.push(rows || (span !== undefined && store.partitions.open(span).isRemoved(ds, t)));
    if (found.length % 200 === 0) yield;
  }
  return found;
}

function one(store: ReaderStore, { ds, t, n }: Key, isMeant: (rows: Columns, i: number) => boolean): PlainRows | null {
  const rows = instant(store, ds, t);
  for (let i = 0; i < rows.length; i++) {
    if (rows.n[i] !== n || !isMeant(rows, i)) continue;
    const single = new Columns(1);
    single.copy(rows, i);
    return single.take();
  }
  return null;
}

/** All rows at one instant of a Datastream, by n. Ties of one instant may stand in different slices. */
function instant({ partitions, facts }: ReaderStore, ds: number, t: number): Columns {
  const rows = new Columns(4);
  const [span] = partitions.within(t, t);
  if (span === undefined) return rows;
  const slices = facts.stream(span, ds).filter(({ minT, maxT }) => t >= minT && t <= maxT);
  for (const { slice } of slices) partitions.open(span).page(slice, ds, { ...ANY, from: t, to: t }, rows);
  if (slices.length < 2) return rows;
  const byTie = Array.from(rows.n.subarray(0, rows.length).keys()).sort((a, b) => rows.n[a]! - rows.n[b]!);
  const sorted = new Columns(rows.length);
  for (const row of byTie) sorted.copy(rows, row);
  return sorted;
}
