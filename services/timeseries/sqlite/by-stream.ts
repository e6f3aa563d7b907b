/** Scans Datastream after Datastream: the orders `id` and `-id`, and every order of a single Datastream. */
import type { Span } from './calendar.ts';
import { mergedSlices } from './merged-slices.ts';
import type { PageCollector } from './page-collector.ts';
import type { Partitions } from './partitions.ts';
import { covers, mayMatch, type Range } from './range.ts';

export function* byStream(
  partitions: Partitions,
  datastreams: readonly number[] | null,
  range: Range,
  descending: boolean,
  collector: PageCollector,
): Generator<void> {
  const spans = partitions.within(range.from, range.to);
  if (descending) spans.reverse();
  const streams =
    datastreams === null ? everyStream(partitions, spans, descending) : listed(spans, datastreams, descending);
  for (const { ds, where } of streams) {
    for (const span of where) {
      if (collector.finished) return;
      const known = partitions.open(span).stream(ds);
      const matching = known.filter((facts) => mayMatch(range, facts));
      if (matching.length === 0) continue;
      const rows = matching.reduce((sum, facts) => sum + facts.count, 0);
      if (rows <= collector.offset && matching.every((facts) => covers(range, facts))) collector.skip(rows);
      else yield* mergedSlices(() => partitions.open(span), matching, range, descending, collector);
    }
    yield;
  }
}

interface Found {
  readonly ds: number;
  readonly where: readonly Span[];
}

function* listed(spans: readonly Span[], datastreams: readonly number[], descending: boolean): Generator<Found> {
  const ids = descending ? datastreams.toReversed() : datastreams;
  for (const ds of ids) yield { ds, where: spans };
}

/** All Datastreams that have rows in these partitions, by id, each with the partitions that know it. */
function* everyStream(partitions: Partitions, spans: readonly Span[], descending: boolean): Generator<Found> {
  const start = descending ? 2 ** 31 : 0;
  const heads = spans.map((span) => ({ span, ds: partitions.open(span).nextStream(start, descending) }));
  for (;;) {
    let ds: number | null = null;
    for (const head of heads) {
      if (head.ds !== null && (ds === null || (descending ? head.ds > ds : head.ds < ds))) ds = head.ds;
    }
    if (ds === null) return;
    const at = heads.filter((head) => head.ds === ds);
    yield { ds, where: at.map((head) => head.span) };
    for (const head of at) head.ds = partitions.open(head.span).nextStream(ds, descending);
  }
}
