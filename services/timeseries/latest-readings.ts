/** The latest reading of every Datastream, never one from the future: columns by Datastream id, 50 bytes each. */
import { RESULT, type ReadingValue, type ResultType } from '../model/index.ts';
import type { LatestReading } from './latest-port.ts';

export const READINGS = ['t', 'r', 'changedAt', 'confirmedAt', 'rec', 'type', 'q'] as const;

export class LatestReadings {
  /** phenomenonTime; NaN: no reading. */
  t = new Float64Array(0);
  r = new Float64Array(0);
  changedAt = new Float64Array(0);
  confirmedAt = new Float64Array(0);
  /** Journal record that brought it. */
  rec = new Float64Array(0);
  type = new Uint8Array(0);
  q = new Uint8Array(0);
  /** Text and object results by Datastream. */
  readonly texts = new Map<number, string | object>();

  grow(capacity: number): void {
    const old = { ...this };
    this.t = new Float64Array(capacity).fill(Number.NaN);
    this.r = new Float64Array(capacity);
    this.changedAt = new Float64Array(capacity);
    this.confirmedAt = new Float64Array(capacity);
    this.rec = new Float64Array(capacity);
    this.type = new Uint8Array(capacity);
    this.q = new Uint8Array(capacity);
    for (const name of READINGS) this[name].set(old[name]);
  }

  /** Puts a reading in its place, whatever was there. `value`: only read for text and objects. Numbers cost no allocation. */
  set(
    ds: number,
    t: number,
    type: number,
    r: number,
    value: ReadingValue | object | null,
    q: number,
    rec: number,
  ): void {
    if (Number.isNaN(this.t[ds]!) || this.type[ds] !== type || !this.#same(ds, type, r, value)) {
      this.changedAt[ds] = t;
      this.type[ds] = type;
      this.r[ds] = r;
      if (type === RESULT.text || type === RESULT.object) this.texts.set(ds, value as string | object);
      else if (this.texts.size > 0) this.texts.delete(ds);
    }
    this.t[ds] = t;
    this.q[ds] = q;
    this.confirmedAt[ds] = t;
    this.rec[ds] = rec;
  }

  get(ds: number): LatestReading | null {
    const t = this.t[ds];
    if (t === undefined || Number.isNaN(t)) return null;
    return {
      t,
      result: this.#result(ds),
      quality: this.q[ds]!,
      changedAt: this.changedAt[ds]!,
      confirmedAt: this.confirmedAt[ds]!,
    };
  }

  forget(ds: number): void {
    this.t[ds] = Number.NaN;
    // the file must not keep what was forgotten
    this.r[ds] = 0;
    this.texts.delete(ds);
  }

  #same(ds: number, type: number, r: number, value: ReadingValue | object | null): boolean {
    if (type === RESULT.number || type === RESULT.boolean) return this.r[ds] === r;
    if (type === RESULT.text) return this.texts.get(ds) === value;
    if (type === RESULT.object) return JSON.stringify(this.texts.get(ds)) === JSON.stringify(value);
    return true;
  }

  #result(ds: number): ReadingValue | object | null {
    const type = this.type[ds] as ResultType;
    if (type === RESULT.number) return this.r[ds]!;
    if (type === RESULT.boolean) return this.r[ds] === 1;
    return this.texts.get(ds) ?? null;
  }
}
