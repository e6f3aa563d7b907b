/**
 * Newest row and extent of every Datastream, as columns by Datastream id. A doubt (bits of `state`) says that only the store
 * knows; meanwhile the columns hold what came since the doubt began, so that the answer can be joined with it.
 */
import type { NewestRow } from './latest-port.ts';

/** Bits of `state`; 0: all is known. */
export const STATE = {
  extentUnknown: 1,
  newestUnknown: 2,
  /** The latest reading was taken away; the one before it is not known yet. */
  readingGone: 4,
  /** A row was removed once: an instant without a row may still be taken. */
  hadRemovals: 8,
} as const;
export const DOUBTS = STATE.extentUnknown | STATE.newestUnknown | STATE.readingGone;

/** A row and the journal record that brought it. */
export interface KnownRow extends NewestRow {
  readonly rec: number;
}

export class LatestFacts {
  state = new Uint8Array(0);
  /** Start of the first and end of the last phenomenonTime; NaN: no row. */
  first = new Float64Array(0);
  last = new Float64Array(0);
  /** The newest row; t NaN: no row. */
  t = new Float64Array(0);
  n = new Int32Array(0);
  id = new Float64Array(0);
  r = new Float64Array(0);
  rec = new Float64Array(0);
  type = new Uint8Array(0);
  q = new Uint8Array(0);
  /** JSON of what is rare in the newest row, by Datastream. */
  readonly x = new Map<number, string>();

  /** Room for Datastreams below `capacity`; new ones have no row, which is known. */
  grow(capacity: number): void {
    const old = { ...this };
    this.state = new Uint8Array(capacity);
    this.first = new Float64Array(capacity).fill(Number.NaN);
    this.last = new Float64Array(capacity).fill(Number.NaN);
    this.t = new Float64Array(capacity).fill(Number.NaN);
    this.n = new Int32Array(capacity);
    this.id = new Float64Array(capacity);
    this.r = new Float64Array(capacity);
    this.rec = new Float64Array(capacity);
    this.type = new Uint8Array(capacity);
    this.q = new Uint8Array(capacity);
    for (const name of FACTS) this[name].set(old[name]);
  }

  /** Takes a row that spans `t` … `end` into the extent. */
  widen(ds: number, t: number, end: number): void {
    // NaN, no row yet, fails both comparisons
    if (!(t >= this.first[ds]!)) this.first[ds] = t;
    if (!(end <= this.last[ds]!)) this.last[ds] = end;
  }

  setNewest(ds: number, row: KnownRow): void {
    this.t[ds] = row.t;
    this.n[ds] = row.n;
    this.id[ds] = row.id;
    this.r[ds] = row.r;
    this.rec[ds] = row.rec;
    this.type[ds] = row.type;
    this.q[ds] = row.q;
    if (row.x !== null) this.x.set(ds, row.x);
    else if (this.x.size > 0) this.x.delete(ds);
  }

  /** As far as it is known here, whatever the doubts. */
  newest(ds: number): KnownRow | null {
    const t = this.t[ds];
    if (t === undefined || Number.isNaN(t)) return null;
    return {
      t,
      n: this.n[ds]!,
      id: this.id[ds]!,
      type: this.type[ds]!,
      r: this.r[ds]!,
      q: this.q[ds]!,
      x: this.x.get(ds) ?? null,
      rec: this.rec[ds]!,
    };
  }

  forgetNewest(ds: number): void {
    this.t[ds] = Number.NaN;
    this.r[ds] = 0;
    this.x.delete(ds);
  }

  forgetExtent(ds: number): void {
    this.first[ds] = Number.NaN;
    this.last[ds] = Number.NaN;
  }
}

export const FACTS = ['state', 'first', 'last', 't', 'n', 'id', 'r', 'rec', 'type', 'q'] as const;
