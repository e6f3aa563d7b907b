/** Scans Datastream after Datastream: the orders `id` and `-id`, and every order of a single Datastream. */
import type { Span } from './calendar.ts';
import { mergedSlices } from './merged-slices.ts';
import type { PageCollector } from './page-collector.ts';
import { covers, mayMatch, type Range } from './range.ts';
import type { ReaderStore } from './reader-store.ts';

export function* byStream(
  store: ReaderStore,
  datastreams: Int32Array | null,
  range: Range,
  descending: boolean,
  collector: PageCollector,
): Generator<void> {
  const { partitions, facts } = store;
  const spans = partitions.within(range.from, range.to);
  if (descending) spans.reverse();
  const ascending = datastreams ?? (yield* everyDatastream(store, spans));
  const streams = descending ? ascending.toReversed() : ascending;
  for (const ds of streams) {
    for (const span of spans) {
      if (collector.finished) return;
      const matching = facts.stream(span, ds).filter((known) => mayMatch(range, known));
      if (matching.length === 0) continue;
      const rows = matching.reduce((sum, known) => sum + known.count, 0);
      if (rows <= collector.offset && matching.every((known) => covers(range, known))) collector.skip(rows);
      else yield* mergedSlices(() => partitions.open(span), matching, range, descending, collector);
    }
    yield;
  }
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
