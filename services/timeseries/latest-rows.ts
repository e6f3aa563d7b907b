/** Rows as the latest values compare and keep them. */
import type { EditedRow, RowExtra } from '../model/index.ts';
import type { KnownRow } from './latest-facts.ts';

/** What store and overlay say of one Datastream. */
export interface ToldLatest {
  /** The last row by (t, n). */
  readonly newest: KnownRow | null;
  /** The last row that does not lie in the future. */
  readonly reading: KnownRow | null;
  readonly extent: { readonly first: number; readonly last: number } | null;
}

export function knownRow(row: EditedRow, rec: number): KnownRow {
  const { t, n, id, type, r, q, x } = row;
  return { t, n, id, type, r: r ?? Number.NaN, q, x: x === null ? null : JSON.stringify(x), rec };
}

export function later(a: KnownRow | null, b: KnownRow | null): KnownRow | null {
  if (a === null || b === null) return a ?? b;
  // the same row: the answer knows its tie number and id
  if (a.rec === b.rec && a.t === b.t) return b;
  return a.t > b.t || (a.t === b.t && a.n > b.n) ? a : b;
}

/** Text or object of a row's extra. */
export function resultIn(x: string | null): string | object | null {
  return x === null ? null : (((JSON.parse(x) as RowExtra).v as string | object | undefined) ?? null);
}
