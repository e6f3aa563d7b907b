/** Rows under construction, as growing columns. Adapters fill one, then hand out `take()`. */
import type { Rows } from './port.ts';

/** Rows at the most in one chunk of a scan. */
export const CHUNK_ROWS = 2000;

export class Columns implements Rows {
  length = 0;
  ds: Int32Array<ArrayBuffer>;
  t: Float64Array<ArrayBuffer>;
  n: Int32Array<ArrayBuffer>;
  r: Float64Array<ArrayBuffer>;
  type: Uint8Array<ArrayBuffer>;
  rec: Float64Array<ArrayBuffer>;
  q: Uint8Array<ArrayBuffer>;
  id: Float64Array<ArrayBuffer>;
  readonly x = new Map<number, string>();

  constructor(capacity = 16) {
    this.ds = new Int32Array(capacity);
    this.t = new Float64Array(capacity);
    this.n = new Int32Array(capacity);
    this.r = new Float64Array(capacity);
    this.type = new Uint8Array(capacity);
    this.rec = new Float64Array(capacity);
    this.q = new Uint8Array(capacity);
    this.id = new Float64Array(capacity);
  }

  /** Appends a row. `r` null: no number. `id` null: the layout of ids gives it. */
  push(
    ds: number,
    t: number,
    n: number,
    r: number | null,
    type: number,
    rec: number,
    q: number,
    id: number | null,
    x: string | null | undefined,
  ): void {
    const i = this.length;
    if (i === this.ds.length) this.#grow();
    this.ds[i] = ds;
    this.t[i] = t;
    this.n[i] = n;
    this.r[i] = r ?? Number.NaN;
    this.type[i] = type;
    this.rec[i] = rec;
    this.q[i] = q;
    this.id[i] = id ?? 0;
    if (x !== null && x !== undefined) this.x.set(i, x);
    this.length = i + 1;
  }

  /** Appends row `i` of `from`. */
  copy(from: Rows, i: number): void {
    const r = from.r[i]!;
    this.push(
      from.ds[i]!,
      from.t[i]!,
      from.n[i]!,
      r,
      from.type[i]!,
      from.rec[i]!,
      from.q[i]!,
      from.id[i]!,
      from.x.get(i),
    );
  }

  /** A plain object of exactly `length` rows, which can be posted to another thread. */
  take(): PlainRows {
    const end = this.length;
    return {
      length: end,
      ds: this.ds.slice(0, end),
      t: this.t.slice(0, end),
      n: this.n.slice(0, end),
      r: this.r.slice(0, end),
      type: this.type.slice(0, end),
      rec: this.rec.slice(0, end),
      q: this.q.slice(0, end),
      id: this.id.slice(0, end),
      x: this.x,
    };
  }

  #grow(): void {
    const capacity = Math.max(16, this.ds.length * 2);
    const larger = new Columns(capacity);
    larger.ds.set(this.ds);
    larger.t.set(this.t);
    larger.n.set(this.n);
    larger.r.set(this.r);
    larger.type.set(this.type);
    larger.rec.set(this.rec);
    larger.q.set(this.q);
    larger.id.set(this.id);
    this.ds = larger.ds;
    this.t = larger.t;
    this.n = larger.n;
    this.r = larger.r;
    this.type = larger.type;
    this.rec = larger.rec;
    this.q = larger.q;
    this.id = larger.id;
  }
}

/** Rows whose columns are typed arrays of their own. */
export interface PlainRows extends Rows {
  readonly ds: Int32Array<ArrayBuffer>;
  readonly t: Float64Array<ArrayBuffer>;
  readonly n: Int32Array<ArrayBuffer>;
  readonly r: Float64Array<ArrayBuffer>;
  readonly type: Uint8Array<ArrayBuffer>;
  readonly rec: Float64Array<ArrayBuffer>;
  readonly q: Uint8Array<ArrayBuffer>;
  readonly id: Float64Array<ArrayBuffer>;
}

/** The buffers of such rows, for a transfer instead of a copy. */
export function buffersOf(rows: PlainRows): ArrayBuffer[] {
  return [rows.ds, rows.t, rows.n, rows.r, rows.type, rows.rec, rows.q, rows.id].map((column) => column.buffer);
}

/** Columns of their own. Of columns that are typed arrays this takes no step for each row. */
export function copyOfRows({ length, ds, t, n, r, type, rec, q, id, x }: Rows): PlainRows {
  return {
    length,
    ds: new Int32Array(ds).slice(0, length),
    t: new Float64Array(t).slice(0, length),
    n: new Int32Array(n).slice(0, length),
    r: new Float64Array(r).slice(0, length),
    type: new Uint8Array(type).slice(0, length),
    rec: new Float64Array(rec).slice(0, length),
    q: new Uint8Array(q).slice(0, length),
    id: new Float64Array(id).slice(0, length),
    x: x as Map<number, string>,
  };
}
