/** What is known of Datastreams without their rows, merged from the statistics of all slices. */
import type { Extents } from '../port.ts';
import type { ReaderStore } from './reader-store.ts';
import { Selection } from './selection.ts';
import type { SliceColumns } from './slice-columns.ts';

export function* extents({ partitions, facts }: ReaderStore, datastreams: Int32Array | null): Generator<void, Extents> {
  const selection = new Selection(datastreams);
  let found = new Merged(0);
  for (const span of partitions.all) {
    for (const slice of yield* facts.of(span)) {
      found = merge(found, slice, selection);
      yield;
    }
  }
  const { length, ds, count, firstTime, lastTime } = found;
  const part = <T extends Int32Array | Float64Array>(column: T): T => column.slice(0, length) as T;
  return { length, ds: part(ds), count: part(count), firstTime: part(firstTime), lastTime: part(lastTime) };
}

class Merged {
  length = 0;
  readonly ds: Int32Array;
  readonly count: Float64Array;
  readonly firstTime: Float64Array;
  readonly lastTime: Float64Array;

  constructor(capacity: number) {
    this.ds = new Int32Array(capacity);
    this.count = new Float64Array(capacity);
    this.firstTime = new Float64Array(capacity);
    this.lastTime = new Float64Array(capacity);
  }

  push(ds: number, count: number, first: number, last: number): void {
    const i = this.length++;
    this.ds[i] = ds;
    this.count[i] = count;
    this.firstTime[i] = first;
    this.lastTime[i] = last;
  }

  copy(from: Merged, i: number): void {
    this.push(from.ds[i]!, from.count[i]!, from.firstTime[i]!, from.lastTime[i]!);
  }

  include(i: number, count: number, first: number, last: number): void {
    this.count[i]! += count;
    if (first < this.firstTime[i]!) this.firstTime[i] = first;
    if (last > this.lastTime[i]!) this.lastTime[i] = last;
  }
}

function merge(known: Merged, slice: SliceColumns, selection: Selection): Merged {
  const lastOf = (i: number): number => {
    const last = slice.maxTime(i);
    const end = slice.ends.size === 0 ? undefined : slice.ends.get(slice.ds[i]!);
    return end === undefined ? last : Math.max(last, end);
  };
  // most slices know the same Datastreams: then nothing has to move
  let fresh = 0;
  let at = 0;
  selection.eachIn(slice, (i) => {
    const ds = slice.ds[i]!;
    while (at < known.length && known.ds[at]! < ds) at++;
    if (at < known.length && known.ds[at] === ds) known.include(at, slice.counts[i]!, slice.minTime(i), lastOf(i));
    else fresh++;
  });
  if (fresh === 0) return known;
  const merged = new Merged(known.length + fresh);
  at = 0;
  selection.eachIn(slice, (i) => {
    const ds = slice.ds[i]!;
    while (at < known.length && known.ds[at]! < ds) merged.copy(known, at++);
    if (at >= known.length || known.ds[at] !== ds) merged.push(ds, slice.counts[i]!, slice.minTime(i), lastOf(i));
  });
  while (at < known.length) merged.copy(known, at++);
  return merged;
}
