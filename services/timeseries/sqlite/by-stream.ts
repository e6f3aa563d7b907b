/**
 * Scans Datastream after Datastream: the orders `id` and `-id`, and every order of a single Datastream. A few rows of many
 * Datastreams are read in blocks of them, because a statement for each of them would cost more than its rows.
 */
import { Columns } from '../columns.ts';
import type { PageCollector } from '../page-collector.ts';
import { Effort } from './block-effort.ts';
import { blockRows } from './block-rows.ts';
import type { Span } from './calendar.ts';
import { idOrder } from './id-order.ts';
import { mergedSlices } from './merged-slices.ts';
import { covers, mayMatch, type Range } from './range.ts';
import type { ReaderStore } from './reader-store.ts';
import { Selection } from './selection.ts';

/** Rows that a block looks at, over all partitions: some ten milliseconds, behind which the first results go out. */
const BLOCK_ROWS = 200_000;
/** A block is made for at least so many matching rows. */
const LEAST_ROWS = 1000;
/** So much larger than the one before is a block at the most. */
const GROWTH = 8;

interface Scan {
  readonly store: ReaderStore;
  readonly spans: readonly Span[];
  readonly range: Range;
  readonly descending: boolean;
  readonly collector: PageCollector;
}

export function* byStream(
  store: ReaderStore,
  datastreams: Int32Array | null,
  range: Range,
  descending: boolean,
  collector: PageCollector,
  windowRows: number,
): Generator<void> {
  const spans = store.partitions.within(range.from, range.to);
  const scan = { store, spans, range, descending, collector };
  const streams = datastreams ?? (yield* everyDatastream(store, spans));
  for (let done = 0, wide = 1; done < streams.length && !collector.finished; ) {
    const width = Math.min(wide, streams.length - done);
    const begin = descending ? streams.length - done - width : done;
    const block = streams.subarray(begin, begin + width);
    const target = Math.min(windowRows, Math.max(LEAST_ROWS, collector.wanted));
    const read: Read | null =
      width === 1 ? yield* oneStream(scan, block[0]!) : yield* manyStreams(scan, block, 2 * target);
    if (read === null) {
      wide = width >> 2;
      continue;
    }
    done += width;
    const growth = Math.min(GROWTH, BLOCK_ROWS / (read.lookedAt + 1), target / (read.found + 1));
    wide = Math.max(1, Math.floor(width * growth));
    yield;
  }
}

/** About how many rows there were to look at, and how many of them matched. */
interface Read {
  readonly lookedAt: number;
  readonly found: number;
}

function* oneStream({ store, spans, range, descending, collector }: Scan, ds: number): Generator<void, Read> {
  const { partitions, facts } = store;
  const before = collector.added;
  let lookedAt = 0;
  for (const span of descending ? spans.toReversed() : spans) {
    if (collector.finished) break;
    const matching = facts.stream(span, ds).filter((known) => mayMatch(range, known));
    if (matching.length === 0) continue;
    const rows = matching.reduce((sum, known) => sum + known.count, 0);
    lookedAt += rows;
    if (rows <= collector.offset && matching.every((known) => covers(range, known))) collector.skip(rows);
    else yield* mergedSlices(() => partitions.open(span), matching, range, descending, collector);
  }
  return { lookedAt, found: collector.added - before };
}

/** null: more than `most` rows, so that the block has to be narrower. */
function* manyStreams(scan: Scan, streams: Int32Array, most: number): Generator<void, Read | null> {
  const { store, spans, range, descending, collector } = scan;
  const selection = new Selection(streams);
  const first = streams[0]!;
  const last = streams.at(-1)!;
  if (collector.offset > 0) {
    const known = yield* knownRows(scan, selection, first, last);
    if (known !== null && known <= collector.offset) {
      collector.skip(known);
      return { lookedAt: 0, found: 0 };
    }
    if (known !== null && known > most) return null;
  }
  const rows = new Columns(1024);
  const effort = new Effort();
  for (const span of spans) {
    for (const slice of yield* store.facts.between(span, first, last)) {
      const matching = selection.matchingIn(slice, range);
      if (matching.length === 0) continue;
      const block = { partitions: store.partitions, span, slice, streams: matching, range, effort };
      const complete = yield* blockRows(block, 'row', ([ds, t, n, r, type, rec, q, id, x]) => {
        rows.push(ds!, t!, n!, r!, type!, rec!, q!, id!, x as unknown as string | null);
        return rows.length <= most;
      });
      if (!complete) return null;
    }
  }
  const order = idOrder(rows);
  if (descending) order.reverse();
  for (const row of order) {
    collector.add(rows, row);
    if (collector.chunkFull) yield;
    if (collector.finished) break;
  }
  return { lookedAt: effort.lookedAt, found: rows.length };
}

/** How many rows match, from the statistics; null: they don't know for certain. */
function* knownRows(
  { store, spans, range }: Scan,
  selection: Selection,
  first: number,
  last: number,
): Generator<void, number | null> {
  let rows = 0;
  for (const span of spans) {
    for (const slice of yield* store.facts.between(span, first, last)) {
      for (const i of selection.matchingIn(slice, range)) {
        if (!covers(range, slice.facts(i))) return null;
        rows += slice.counts[i]!;
      }
    }
  }
  return rows;
}

/** All Datastreams that have rows in these partitions, by id. */
export function* everyDatastream({ facts }: ReaderStore, spans: readonly Span[]): Generator<void, Int32Array> {
  let all = new Int32Array(0);
  for (const span of spans) {
    for (const slice of yield* facts.of(span)) {
      all = union(all, slice.ds.subarray(0, slice.length));
      yield;
    }
  }
  return all;
}

/** Of two ascending columns; the first one where the second has nothing new. */
function union(a: Int32Array<ArrayBuffer>, b: Int32Array): Int32Array<ArrayBuffer> {
  const both = new Int32Array(a.length + b.length);
  let length = 0;
  for (let i = 0, k = 0; i < a.length || k < b.length; ) {
    const next = k >= b.length || (i < a.length && a[i]! <= b[k]!) ? a[i]! : b[k]!;
    if (a[i] === next) i++;
    if (b[k] === next) k++;
    both[length++] = next;
  }
  return length === a.length ? a : both.slice(0, length);
}
