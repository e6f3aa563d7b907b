/** Rows that gather for the next transaction of the store, as columns that grow. */
import { RESULT, type ReadingValue, type RowBatch } from '../../services/model/index.ts';

const SMALLEST = 1024;

export class BatchBuilder {
  length = 0;
  private ds = new Int32Array(SMALLEST);
  private t = new Float64Array(SMALLEST);
  private r = new Float64Array(SMALLEST);
  private type = new Uint8Array(SMALLEST);
  private rec = new Float64Array(SMALLEST);
  private q = new Uint8Array(SMALLEST);
  private x = new Map<number, string>();

  add(ds: number, t: number, type: number, r: number, text: string | null, q: number, rec: number): void {
    const i = this.length++;
    if (i === this.ds.length) this.grow();
    this.ds[i] = ds;
    this.t[i] = t;
    this.r[i] = r;
    this.type[i] = type;
    this.rec[i] = rec;
    this.q[i] = q;
    if (text !== null) this.x.set(i, text);
  }

  /** The rows gathered so far; the builder starts anew. */
  take(): RowBatch {
    const { length } = this;
    const batch = {
      length,
      ds: this.ds.slice(0, length),
      t: this.t.slice(0, length),
      r: this.r.slice(0, length),
      type: this.type.slice(0, length),
      rec: this.rec.slice(0, length),
      q: this.q.slice(0, length),
      x: this.x,
    };
    this.clear();
    return batch;
  }

  clear(): void {
    this.length = 0;
    this.x = new Map();
    // after a burst the memory goes back
    if (this.ds.length > 1 << 18) this.allocate(SMALLEST);
  }

  private grow(): void {
    const before = [this.ds, this.t, this.r, this.type, this.rec, this.q] as const;
    this.allocate(this.ds.length * 2);
    this.ds.set(before[0]);
    this.t.set(before[1]);
    this.r.set(before[2]);
    this.type.set(before[3]);
    this.rec.set(before[4]);
    this.q.set(before[5]);
  }

  private allocate(size: number): void {
    this.ds = new Int32Array(size);
    this.t = new Float64Array(size);
    this.r = new Float64Array(size);
    this.type = new Uint8Array(size);
    this.rec = new Float64Array(size);
    this.q = new Uint8Array(size);
  }
}

/** Some rows of a batch as a batch of their own. */
export function pick(batch: RowBatch, indexes: readonly number[]): RowBatch {
  const part = new BatchBuilder();
  for (const i of indexes) {
    part.add(
      batch.ds[i] as number,
      batch.t[i] as number,
      batch.type[i] as number,
      batch.r[i] as number,
      batch.x.get(i) ?? null,
      batch.q[i] as number,
      batch.rec[i] as number,
    );
  }
  return part.take();
}

/** The rare columns of a decoded reading as JSON, see RowBatch; null: there are none. */
export function extraOf(type: number, value: ReadingValue): string | null {
  return type === RESULT.text ? JSON.stringify({ v: value }) : null;
}
