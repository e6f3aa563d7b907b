/**
 * The newest reading of every Datastream in memory: columns by Datastream id that grow on demand, 42 bytes each. It is a
 * projection of the journal: `save` and `load` only spare reading the journal again, and a damaged file is no loss.
 */
import { FUTURE_TOLERANCE, RESULT, type ReadingValue, type ResultType } from '../model/index.ts';
import { type LatestColumns, readLatest, writeLatest } from './latest-file.ts';
import type { LatestReader, LatestReading } from './latest-port.ts';

export interface LatestValuesPorts {
  /** Highest Datastream id that is held; readings of higher ones are counted in `refused`. Default: the ids' 21 bits. */
  readonly maxDatastream?: number;
}

export class LatestValues implements LatestReader {
  readonly #maxDatastream: number;
  #columns: LatestColumns = emptyColumns(1024);
  /** Text and object results by Datastream. */
  #texts = new Map<number, string | object>();
  #refused = 0;

  constructor({ maxDatastream = 2_097_151 }: LatestValuesPorts = {}) {
    this.#maxDatastream = maxDatastream;
  }

  /** Readings of Datastreams beyond the limit. */
  get refused(): number {
    return this.#refused;
  }

  /** Datastreams with a reading. */
  get size(): number {
    let size = 0;
    for (const t of this.#columns.t) if (!Number.isNaN(t)) size++;
    return size;
  }

  /**
   * Offers a reading; true when it became the latest: its time is not before the one held, and at most five minutes after
   * its receipt. `type`: RESULT; `r`: the number or 0/1; `value`: only read for text and objects. Numbers cost no allocation.
   */
  offer(
    ds: number,
    t: number,
    type: number,
    r: number,
    value: ReadingValue | object | null,
    quality: number,
    receivedAt: number,
  ): boolean {
    if (!(t <= receivedAt + FUTURE_TOLERANCE)) return false;
    if (ds >= this.#columns.t.length && !this.#grow(ds)) return false;
    const columns = this.#columns;
    const held = columns.t[ds]!;
    // NaN, no reading yet, compares false
    if (t < held) return false;
    if (Number.isNaN(held) || columns.type[ds] !== type || !this.#same(ds, type, r, value)) {
      columns.changedAt[ds] = t;
      columns.type[ds] = type;
      columns.r[ds] = r;
      if (type === RESULT.text || type === RESULT.object) this.#texts.set(ds, value as string | object);
      else if (this.#texts.size > 0) this.#texts.delete(ds);
    }
    columns.t[ds] = t;
    columns.q[ds] = quality;
    columns.confirmedAt[ds] = t;
    return true;
  }

  get(ds: number): LatestReading | null {
    const { t, q, changedAt, confirmedAt } = this.#columns;
    const time = t[ds];
    if (time === undefined || Number.isNaN(time)) return null;
    return {
      t: time,
      result: this.#result(ds),
      quality: q[ds]!,
      changedAt: changedAt[ds]!,
      confirmedAt: confirmedAt[ds]!,
    };
  }

  /**
   * Replaces the file at once, durably, with the state at the time of the call. `position`: up to which journal record the
   * readings have been offered. Rejects with the file system's error.
   */
  async save(file: string, position: number): Promise<void> {
    await writeLatest(file, position, this.#columns, this.#texts);
  }

  /** Takes over what was saved; returns its position. null: no such file or a damaged one, and nothing has changed. */
  async load(file: string): Promise<number | null> {
    const saved = await readLatest(file);
    if (saved === null) return null;
    this.#columns = emptyColumns(1024);
    this.#texts = new Map(saved.texts);
    for (let i = 0; i < saved.ds.length; i++) {
      const ds = saved.ds[i]!;
      if (ds >= this.#columns.t.length && !this.#grow(ds)) continue;
      this.#columns.t[ds] = saved.columns.t[i]!;
      this.#columns.r[ds] = saved.columns.r[i]!;
      this.#columns.changedAt[ds] = saved.columns.changedAt[i]!;
      this.#columns.confirmedAt[ds] = saved.columns.confirmedAt[i]!;
      this.#columns.type[ds] = saved.columns.type[i]!;
      this.#columns.q[ds] = saved.columns.q[i]!;
    }
    return saved.position;
  }

  #same(ds: number, type: number, r: number, value: ReadingValue | object | null): boolean {
    if (type === RESULT.number || type === RESULT.boolean) return this.#columns.r[ds] === r;
    if (type === RESULT.text) return this.#texts.get(ds) === value;
    if (type === RESULT.object) return JSON.stringify(this.#texts.get(ds)) === JSON.stringify(value);
    return true;
  }

  #result(ds: number): ReadingValue | object | null {
    const type = this.#columns.type[ds] as ResultType;
    if (type === RESULT.number) return this.#columns.r[ds]!;
    if (type === RESULT.boolean) return this.#columns.r[ds] === 1;
    return this.#texts.get(ds) ?? null;
  }

  #grow(ds: number): boolean {
    if (ds > this.#maxDatastream) {
      this.#refused++;
      return false;
    }
    const old = this.#columns;
    const larger = emptyColumns(Math.max(old.t.length * 2, ds + 1));
    for (const name of ['t', 'r', 'changedAt', 'confirmedAt', 'type', 'q'] as const) larger[name].set(old[name]);
    this.#columns = larger;
    return true;
  }
}

function emptyColumns(capacity: number): LatestColumns {
  return {
    t: new Float64Array(capacity).fill(Number.NaN),
    r: new Float64Array(capacity),
    changedAt: new Float64Array(capacity),
    confirmedAt: new Float64Array(capacity),
    type: new Uint8Array(capacity),
    q: new Uint8Array(capacity),
  };
}
