import { CELLS, type SliceChange } from './slice-change.ts';

/** What the writer knows in memory of the Datastreams of one slice: columns by slot, the slot by Datastream id. */
export class Statistics {
  readonly #slots = new Map<number, number>();
  #capacity = 256;
  count = new Float64Array(this.#capacity);
  minT = new Float64Array(this.#capacity);
  maxT = new Float64Array(this.#capacity);
  minR = new Float64Array(this.#capacity);
  maxR = new Float64Array(this.#capacity);
  /** Slot ▸ greatest end of an interval; most Datastreams have none. */
  readonly ends = new Map<number, number>();

  get streams(): Iterable<[ds: number, slot: number]> {
    return this.#slots;
  }

  /** -1: the Datastream has no rows here. */
  find(ds: number): number {
    return this.#slots.get(ds) ?? -1;
  }

  /** The slot of a Datastream; a new one holds nothing. */
  slot(ds: number): number {
    const known = this.#slots.get(ds);
    if (known !== undefined) return known;
    const slot = this.#slots.size;
    if (slot === this.#capacity) this.#grow();
    this.#slots.set(ds, slot);
    this.count[slot] = 0;
    this.minT[slot] = Number.POSITIVE_INFINITY;
    this.maxT[slot] = Number.NEGATIVE_INFINITY;
    this.minR[slot] = Number.POSITIVE_INFINITY;
    this.maxR[slot] = Number.NEGATIVE_INFINITY;
    return slot;
  }

  /** Counts a row. `type` 0 is RESULT.number; only such results have bounds. */
  include(slot: number, t: number, type: number, r: number): void {
    this.count[slot]!++;
    if (t < this.minT[slot]!) this.minT[slot] = t;
    if (t > this.maxT[slot]!) this.maxT[slot] = t;
    if (type === 0) this.includeResult(slot, r);
  }

  includeResult(slot: number, r: number): void {
    if (r < this.minR[slot]!) this.minR[slot] = r;
    if (r > this.maxR[slot]!) this.maxR[slot] = r;
  }

  includeEnd(slot: number, end: number): void {
    const known = this.ends.get(slot);
    if (known === undefined || end > known) this.ends.set(slot, end);
  }

  /** What these Datastreams are now. `touched`: slots by Datastream. */
  changeOf(
    head: Pick<SliceChange, 'slice' | 'count' | 'minT' | 'maxT'>,
    touched: ReadonlyMap<number, number>,
  ): SliceChange {
    const ds = new Int32Array(touched.size);
    let length = 0;
    let ascending = true;
    for (const stream of touched.keys()) {
      if (length > 0 && ds[length - 1]! > stream) ascending = false;
      ds[length++] = stream;
    }
    if (!ascending) ds.sort();
    const { count, minT, maxT, minR, maxR, ends } = this;
    const cells = new Float64Array(length * CELLS);
    for (let i = 0, at = 0; i < length; i++, at += CELLS) {
      const slot = touched.get(ds[i]!)!;
      cells[at] = count[slot]!;
      cells[at + 1] = minT[slot]!;
      cells[at + 2] = maxT[slot]!;
      cells[at + 3] = minR[slot]!;
      cells[at + 4] = maxR[slot]!;
      cells[at + 5] = ends.size === 0 ? Number.NaN : (ends.get(slot) ?? Number.NaN);
    }
    return { ...head, ds, cells };
  }

  #grow(): void {
    this.#capacity *= 2;
    for (const column of ['count', 'minT', 'maxT', 'minR', 'maxR'] as const) {
      const larger = new Float64Array(this.#capacity);
      larger.set(this[column]);
      this[column] = larger;
    }
  }
}

/** First and last time of the Datastreams over all finished slices of a partition. */
export class Reach {
  readonly #slots = new Map<number, number>();
  #min = new Float64Array(256);
  #max = new Float64Array(256);

  add(ds: number, min: number, max: number): void {
    const known = this.#slots.get(ds);
    const slot = known ?? this.#slots.size;
    if (slot === this.#min.length) {
      this.#min = doubled(this.#min);
      this.#max = doubled(this.#max);
    }
    this.#min[slot] = known === undefined ? min : Math.min(min, this.#min[slot]!);
    this.#max[slot] = known === undefined ? max : Math.max(max, this.#max[slot]!);
    if (known === undefined) this.#slots.set(ds, slot);
  }

  /** Whether a row at this time can be there already. */
  covers(ds: number, t: number): boolean {
    const slot = this.#slots.get(ds);
    return slot !== undefined && t >= this.#min[slot]! && t <= this.#max[slot]!;
  }
}

function doubled(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}
