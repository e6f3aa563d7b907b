/**
 * What the reader knows of one slice: its Datastreams' counts, times and bounds as columns by Datastream id. 24 bytes for each
 * in the partition of a week (times count from its start), 32 in others.
 */
import type { SliceFacts, StreamFacts } from './readable-partition.ts';
import { down, up } from './single.ts';
import { CELLS, type SliceChange } from './slice-change.ts';

type Times = Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

export class SliceColumns implements SliceFacts {
  readonly slice: number;
  readonly #base: number;
  readonly #wide: boolean;
  count = 0;
  minT = Number.POSITIVE_INFINITY;
  maxT = Number.NEGATIVE_INFINITY;
  length = 0;
  ds = new Int32Array(0);
  counts = new Uint32Array(0);
  #first: Times;
  #last: Times;
  /** Bounds of the results, rounded outwards. No number: low > high. */
  #low = new Float32Array(0);
  #high = new Float32Array(0);
  /** Datastream ▸ greatest end of an interval. */
  readonly ends = new Map<number, number>();

  /** `span`: where all its times lie; a short one needs half the memory for them. */
  constructor(slice: number, span: { readonly from: number; readonly to: number }) {
    this.slice = slice;
    this.#wide = !(span.to - span.from < 2 ** 32);
    this.#base = this.#wide ? 0 : span.from;
    this.#first = this.#times(0);
    this.#last = this.#times(0);
  }

  get bytes(): number {
    return this.ds.length * (this.#wide ? 32 : 24) + 64 * this.ends.size;
  }

  minTime(i: number): number {
    return this.#base + this.#first[i]!;
  }

  maxTime(i: number): number {
    return this.#base + this.#last[i]!;
  }

  /** Index of a Datastream, -1: it has no rows here. */
  find(ds: number): number {
    const at = this.lowest(ds);
    return at < this.length && this.ds[at] === ds ? at : -1;
  }

  /** Index of the first Datastream from `ds` on. */
  lowest(ds: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ds[middle]! < ds) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  facts(i: number): StreamFacts {
    return {
      slice: this.slice,
      ds: this.ds[i]!,
      count: this.counts[i]!,
      minT: this.minTime(i),
      maxT: this.maxTime(i),
      minR: this.#low[i]!,
      maxR: this.#high[i]!,
    };
  }

  /** Puts the change in its place. Costs a pass over the columns only where a Datastream comes or goes. */
  apply(change: SliceChange): void {
    this.count = change.count;
    this.minT = change.minT;
    this.maxT = change.maxT;
    const { ds, cells } = change;
    let strange = false;
    for (let k = 0; k < ds.length; k++) {
      const at = this.find(ds[k]!);
      if (at === -1 || cells[k * CELLS] === 0) strange ||= at !== -1 || cells[k * CELLS] !== 0;
      else this.#set(at, cells, k);
      const end = cells[k * CELLS + 5]!;
      if (Number.isNaN(end)) this.ends.delete(ds[k]!);
      else this.ends.set(ds[k]!, end);
    }
    if (strange) this.#merge(change);
  }

  #merge({ ds, cells }: SliceChange): void {
    const old = {
      ds: this.ds,
      counts: this.counts,
      first: this.#first,
      last: this.#last,
      low: this.#low,
      high: this.#high,
    };
    const { length } = this;
    this.#resize(length + ds.length);
    let to = 0;
    let from = 0;
    let k = 0;
    while (from < length || k < ds.length) {
      if (k >= ds.length || (from < length && old.ds[from]! < ds[k]!)) {
        this.ds[to] = old.ds[from]!;
        this.counts[to] = old.counts[from]!;
        this.#first[to] = old.first[from]!;
        this.#last[to] = old.last[from]!;
        this.#low[to] = old.low[from]!;
        this.#high[to] = old.high[from]!;
        from++;
        to++;
        continue;
      }
      if (from < length && old.ds[from] === ds[k]) from++;
      if (cells[k * CELLS] !== 0) {
        this.ds[to] = ds[k]!;
        this.#set(to, cells, k);
        to++;
      }
      k++;
    }
    this.length = to;
  }

  #set(i: number, cells: Float64Array, k: number): void {
    const at = k * CELLS;
    this.counts[i] = cells[at]!;
    this.#first[i] = cells[at + 1]! - this.#base;
    this.#last[i] = cells[at + 2]! - this.#base;
    this.#low[i] = down(cells[at + 3]!);
    this.#high[i] = up(cells[at + 4]!);
  }

  #resize(capacity: number): void {
    this.ds = new Int32Array(capacity);
    this.counts = new Uint32Array(capacity);
    this.#first = this.#times(capacity);
    this.#last = this.#times(capacity);
    this.#low = new Float32Array(capacity);
    this.#high = new Float32Array(capacity);
  }

  #times(capacity: number): Times {
    return this.#wide ? new Float64Array(capacity) : new Uint32Array(capacity);
  }
}
