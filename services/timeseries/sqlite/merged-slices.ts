/** The rows of one Datastream in one partition, merged from its slices, in time order or backwards. */
import { Columns } from '../columns.ts';
import type { PageCollector } from './page-collector.ts';
import type { Range } from './range.ts';
import type { ReadablePartition, StreamFacts } from './readable-partition.ts';

/** Rows read in one step. */
const PAGE = 1000;

class Cursor {
  readonly slice: number;
  readonly ds: number;
  readonly #range: Range;
  readonly #descending: boolean;
  rows: Columns | null = null;
  at = 0;
  done = false;
  /** Time of the next row; before a page is read, the first that it can have. */
  t: number;
  /** Before a page is read it sorts before every row of that time, so that the page is read first. */
  n: number;
  #after: { t: number; n: number } | null = null;
  #last = false;

  constructor(facts: StreamFacts, range: Range, descending: boolean) {
    this.slice = facts.slice;
    this.ds = facts.ds;
    this.#range = range;
    this.#descending = descending;
    this.t = descending ? Math.min(facts.maxT, range.to) : Math.max(facts.minT, range.from);
    this.n = descending ? Number.POSITIVE_INFINITY : -1;
  }

  load(partition: ReadablePartition, wanted: number): void {
    const limit = Math.min(PAGE, wanted);
    const rows = new Columns(Math.min(limit, 64));
    const query = { ...this.#range, descending: this.#descending, after: this.#after, limit };
    const found = partition.page(this.slice, this.ds, query, rows);
    this.rows = rows;
    this.at = 0;
    this.#show();
    if (found === 0) this.done = true;
    else this.#after = { t: rows.t[found - 1]!, n: rows.n[found - 1]! };
    // a short page is the last one
    this.#last = found < limit;
  }

  next(): void {
    this.at++;
    if (this.at < this.rows!.length) {
      this.#show();
      return;
    }
    this.rows = null;
    if (this.#last) this.done = true;
  }

  #show(): void {
    this.t = this.rows!.t[this.at] ?? this.t;
    this.n = this.rows!.n[this.at] ?? this.n;
  }
}

/** Adds rows to the collector; yields after each page read and whenever a chunk is full. */
export function* mergedSlices(
  open: () => ReadablePartition,
  streams: readonly StreamFacts[],
  range: Range,
  descending: boolean,
  collector: PageCollector,
): Generator<void> {
  const cursors = streams.map((facts) => new Cursor(facts, range, descending));
  const sign = descending ? -1 : 1;
  while (!collector.finished) {
    let first: Cursor | null = null;
    for (const cursor of cursors) {
      if (cursor.done) continue;
      if (first === null || sign * (cursor.t - first.t || cursor.n - first.n) < 0) first = cursor;
    }
    if (first === null) return;
    if (first.rows === null) {
      first.load(open(), collector.wanted);
      yield;
      continue;
    }
    collector.add(first.rows, first.at);
    first.next();
    if (collector.chunkFull) yield;
  }
}
