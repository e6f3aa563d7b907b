/** The last row of each Datastream, from the newest partition back. */
import { Columns, type PlainRows } from '../columns.ts';
import type { Span } from './calendar.ts';
import type { ReaderStore } from './reader-store.ts';
import { Selection } from './selection.ts';

/** Rows looked up in one statement, and in one step. */
const AT_ONCE = 100;
const STEP = 500;

interface Place {
  readonly ds: number;
  readonly t: number;
}

export function* last(store: ReaderStore, datastreams: Int32Array): Generator<void, PlainRows> {
  let missing = datastreams;
  const rows = new Columns(missing.length);
  for (const span of store.partitions.all.toReversed()) {
    if (missing.length === 0) break;
    for (let attempt = 0; ; attempt++) {
      const places = yield* newestPlaces(store, span, missing);
      if (places.size === 0) break;
      const before = rows.length;
      yield* lookUp(store, span, places, rows);
      const found = new Set<number>();
      for (let i = before; i < rows.length; i++) found.add(rows.ds[i]!);
      missing = missing.filter((ds) => !found.has(ds));
      // a row may have been removed since its statistics were asked: what they say now is right, or soon
      if ([...places.keys()].every((ds) => found.has(ds)) || attempt > 0) break;
    }
  }
  return newestTies(rows);
}

/** For each Datastream its greatest time, and the slices that have it: several where ties of an instant stand apart. */
function* newestPlaces(
  { facts }: ReaderStore,
  span: Span,
  datastreams: Int32Array,
): Generator<void, Map<number, { t: number; slices: number[] }>> {
  const newest = new Map<number, { t: number; slices: number[] }>();
  const selection = new Selection(datastreams);
  for (const slice of yield* facts.of(span)) {
    selection.eachIn(slice, (i) => {
      const t = slice.maxTime(i);
      const known = newest.get(slice.ds[i]!);
      if (known === undefined || t > known.t) newest.set(slice.ds[i]!, { t, slices: [slice.slice] });
      else if (t === known.t) known.slices.push(slice.slice);
    });
    yield;
  }
  return newest;
}

function* lookUp(
  { partitions }: ReaderStore,
  span: Span,
  places: ReadonlyMap<number, { t: number; slices: readonly number[] }>,
  into: Columns,
): Generator<void> {
  const bySlice = new Map<number, Place[]>();
  for (const [ds, { t, slices }] of places) {
    for (const slice of slices) {
      const list = bySlice.get(slice) ?? [];
      bySlice.set(slice, list);
      list.push({ ds, t });
    }
  }
  for (const [slice, list] of bySlice) {
    for (let at = 0; at < list.length; at += AT_ONCE) {
      partitions.open(span).instants(slice, list.slice(at, at + AT_ONCE), AT_ONCE, into);
      if (at % STEP === 0) yield;
    }
  }
}

/** One row per Datastream, by id: of several the one with the greatest n. */
function newestTies(rows: Columns): PlainRows {
  const order = Array.from(rows.ds.subarray(0, rows.length).keys());
  order.sort((a, b) => rows.ds[a]! - rows.ds[b]! || rows.n[a]! - rows.n[b]!);
  const newest = new Columns(rows.length);
  order.forEach((row, i) => {
    const next = order[i + 1];
    if (next === undefined || rows.ds[next] !== rows.ds[row]) newest.copy(rows, row);
  });
  return newest.take();
}
