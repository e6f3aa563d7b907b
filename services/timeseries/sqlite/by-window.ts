/**
 * Scans many Datastreams in the order of time. The table is ordered by Datastream, so time is cut into windows that hold a
 * bounded number of rows; the rows of each window are gathered Datastream by Datastream, sorted and handed out.
 */
import { Columns } from '../columns.ts';
import type { PageCollector } from '../page-collector.ts';
import { timeOrder } from '../time-order.ts';
import { Effort } from './block-effort.ts';
import { blockRows } from './block-rows.ts';
import type { Span } from './calendar.ts';
import { covers, overlaps, type Range } from './range.ts';
import type { ReaderStore } from './reader-store.ts';
import type { Selection } from './selection.ts';
import type { SliceColumns } from './slice-columns.ts';

/** A first window is cut for at least so many rows. */
const FIRST_ROWS = 1000;
/** Up to so many rows the first window is cut by what is known of the Datastreams. */
const MOST_WANTED = 10_000;

export function* byWindow(
  { partitions, facts }: ReaderStore,
  selection: Selection,
  range: Range,
  descending: boolean,
  collector: PageCollector,
  windowRows: number,
): Generator<void> {
  const spans = partitions.within(range.from, range.to);
  if (descending) spans.reverse();
  const effort = new Effort();
  const density = new Density();
  for (const span of spans) {
    if (collector.finished) return;
    const slices = (yield* facts.of(span)).filter((slice) => slice.count > 0 && overlaps(range, slice));
    if (slices.length === 0) continue;
    const { rows, allMatch } = yield* estimate(slices, selection, range);
    if (rows === 0) continue;
    if (allMatch && rows <= collector.offset) collector.skip(rows);
    else {
      const scan = { partitions, span, slices, selection, range, descending, collector, windowRows, effort, density };
      yield* windows(scan, rows);
    }
  }
}

/** Rows that may match at the most, and whether all of them do for certain. */
function* estimate(
  slices: readonly SliceColumns[],
  selection: Selection,
  range: Range,
): Generator<void, { rows: number; allMatch: boolean }> {
  let rows = 0;
  let allMatch = slices.every((facts) => covers(range, facts));
  if (selection.all) return { rows: slices.reduce((sum, facts) => sum + facts.count, 0), allMatch };
  for (const slice of slices) {
    for (const i of selection.matchingIn(slice, range)) {
      rows += slice.counts[i]!;
      allMatch &&= covers(range, slice.facts(i));
    }
    yield;
  }
  return { rows, allMatch };
}

interface Scan {
  readonly partitions: ReaderStore['partitions'];
  readonly span: Span;
  readonly slices: readonly SliceColumns[];
  readonly selection: Selection;
  readonly range: Range;
  readonly descending: boolean;
  readonly collector: PageCollector;
  readonly windowRows: number;
  readonly effort: Effort;
  readonly density: Density;
}

/** How many of the rows that may match do, as far as the windows up to now tell. */
class Density {
  #mayMatch = 0;
  #found = 0;

  get value(): number {
    return this.#mayMatch === 0 ? 1 : Math.min(1, (this.#found + 1) / this.#mayMatch);
  }

  learn(mayMatch: number, found: number): void {
    this.#mayMatch += mayMatch;
    this.#found += found;
  }
}

function* windows(scan: Scan, rows: number): Generator<void> {
  const { slices, range, descending, collector, windowRows, density } = scan;
  const first = Math.max(range.from, Math.min(...slices.map((facts) => facts.minT)));
  const last = Math.min(range.to, Math.max(...slices.map((facts) => facts.maxT)));
  let target = Math.min(windowRows, Math.max(FIRST_ROWS, collector.wanted));
  let width = Math.max(1, Math.ceil(((last - first + 1) * target) / (rows * density.value)));
  let edge = descending ? last : first;
  const nearest = nearestTime(scan, first, last);
  if (nearest !== null) width = descending ? last - nearest + 1 : nearest - first + 1;
  while (!collector.finished && edge >= first && edge <= last) {
    const from = descending ? Math.max(first, edge - width + 1) : edge;
    const to = descending ? edge : Math.min(last, edge + width - 1);
    const found = yield* gather(scan, from, to);
    if (found === null) {
      width = Math.max(1, Math.floor((to - from + 1) / 4));
      continue;
    }
    density.learn((rows * (to - from + 1)) / (last - first + 1), found.length);
    const order = timeOrder(found, from, to);
    if (descending) order.reverse();
    yield* handOut(found, order, collector);
    edge = descending ? from - 1 : to + 1;
    target = Math.min(windowRows, target * 2);
    width = Math.ceil(width * Math.min(8, Math.max(0.25, target / (found.length + 1))));
  }
}

/**
 * How far the first window reaches at the most when few rows are wanted: to the time at which so many Datastreams have
 * begun (backwards: have not yet ended), because each of them has a row there. null: nothing is known.
 */
function nearestTime(
  { slices, selection, range, descending, collector }: Scan,
  first: number,
  last: number,
): number | null {
  if (range.resultMin !== null || range.resultMax !== null || collector.wanted > MOST_WANTED) return null;
  const times: number[] = [];
  for (const slice of slices) {
    selection.eachIn(slice, (i) => {
      const t = descending ? slice.maxTime(i) : slice.minTime(i);
      if (t >= first && t <= last) times.push(t);
    });
  }
  if (times.length < collector.wanted || collector.wanted === 0) return null;
  const sorted = Float64Array.from(times).sort();
  return descending ? sorted[sorted.length - collector.wanted]! : sorted[collector.wanted - 1]!;
}

/** All matching rows in [from, to]; null: more than twice the bound, so that the window has to be narrower. */
function* gather(scan: Scan, from: number, to: number): Generator<void, Columns | null> {
  const { partitions, span, slices, selection, range, windowRows, effort } = scan;
  const { resultMin, resultMax } = range;
  const window: Range = { from, to, resultMin, resultMax };
  // a single millisecond can't be cut: it is taken as a whole
  const most = from === to ? Number.POSITIVE_INFINITY : 2 * windowRows;
  const rows = new Columns(1024);
  for (const slice of slices) {
    if (!overlaps(window, slice)) continue;
    const streams = selection.matchingIn(slice, window);
    const block = { partitions, span, slice, streams, range: window, effort };
    const complete = yield* blockRows(block, 'row', ([ds, t, n, r, type, rec, q, id, x]) => {
      rows.push(ds!, t!, n!, r!, type!, rec!, q!, id!, x as unknown as string | null);
      return rows.length <= most;
    });
    if (!complete) return null;
    yield;
  }
  return rows;
}

function* handOut(rows: Columns, order: Uint32Array, collector: PageCollector): Generator<void> {
  for (const row of order) {
    collector.add(rows, row);
    if (collector.chunkFull) yield;
    if (collector.finished) return;
  }
}
