/** The rows of one Datastream in one partition, merged from its slices, in time order or backwards. */
import { Columns } from '../columns.ts';
import type { PageCollector } from '../page-collector.ts';
import { LOOKED_AT } from './block-effort.ts';
import type { Range } from './range.ts';
import type { ReadablePartition, StreamFacts } from './readable-partition.ts';

/** Rows read in one step. */
const PAGE = 1000;

class Cursor {
  readonly slice: number;
  readonly ds: number;
  readonly #descending: boolean;
  /** Of so many rows that it may take long to find some within the bounds of the result, parts are looked at. */
  readonly #inParts: boolean;
  /** What was not looked at yet, and the part of it that is being read. */
  #rest: Range;
  #part: Range | null = null;
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
    this.#rest = range;
    this.#descending = descending;
    this.#inParts = (range.resultMin !== null || range.resultMax !== null) && facts.count > LOOKED_AT;
    this.t = descending ? Math.min(facts.maxT, range.to) : Math.max(facts.minT, range.from);
    this.n = this.#unread;
  }

  load(partition: ReadablePartition, wanted: number): void {
    const limit = Math.min(PAGE, wanted);
    const rows = new Columns(Math.min(limit, 64));
    this.#part ??= this.#nextPart(partition);
    const query = { ...this.#part, descending: this.#descending, after: this.#after, limit };
    const found = partition.page(this.slice, this.ds, query, rows);
    // a short page is the last one
    if (found < limit) this.#endPart(this.#part);
    else this.#after = { t: rows.t[found - 1]!, n: rows.n[found - 1]! };
    if (found > 0) {
      this.rows = rows;
      this.at = 0;
      this.#show();
    } else if (this.#last) this.done = true;
    else {
      this.t = this.#descending ? this.#rest.to : this.#rest.from;
      this.n = this.#unread;
    }
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

  get #unread(): number {
    return this.#descending ? Number.POSITIVE_INFINITY : -1;
  }

  #nextPart(partition: ReadablePartition): Range {
    const { from, to } = this.#rest;
    if (!this.#inParts) return this.#rest;
    const begin = this.#descending ? to : from;
    const edge = partition.timeBehind(this.slice, this.ds, begin, this.#descending, LOOKED_AT);
    if (edge === null) return this.#rest;
    return this.#descending ? { ...this.#rest, from: Math.max(from, edge) } : { ...this.#rest, to: Math.min(to, edge) };
  }

  #endPart(part: Range): void {
    this.#after = null;
    this.#part = null;
    if (this.#descending) {
      this.#last = part.from === this.#rest.from;
      this.#rest = { ...this.#rest, to: part.from - 1 };
    } else {
      this.#last = part.to === this.#rest.to;
      this.#rest = { ...this.#rest, from: part.to + 1 };
    }
  }

  #show(): void {
    this.t = this.rows!.t[this.at]!;
    this.n = this.rows!.n[this.at]!;
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
