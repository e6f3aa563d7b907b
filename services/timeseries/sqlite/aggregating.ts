/** Aggregates over the rows, Datastream by Datastream; partitions and Datastreams that can't match are passed over. */
import { Aggregation } from '../aggregation.ts';
import type { AggregateQuery, Aggregates } from '../port.ts';
import { everyDatastream } from './by-stream.ts';
import type { Span } from './calendar.ts';
import { Fault } from './fault.ts';
import type { Packed } from './protocol.ts';
import { mayMatch, overlaps, type Range, rangeOf } from './range.ts';
import type { StreamFacts } from './readable-partition.ts';
import type { ReaderStore } from './reader-store.ts';
import { Selection } from './selection.ts';

const ROWS_PER_STEP = 2000;

export function* aggregate(store: ReaderStore, query: Packed<AggregateQuery>): Generator<void, Aggregates> {
  const { edges, quantiles } = query;
  const asked = rangeOf(query);
  const range: Range =
    edges === null
      ? asked
      : {
          ...asked,
          from: Math.max(asked.from, Math.ceil(edges[0] ?? Number.POSITIVE_INFINITY)),
          to: Math.min(asked.to, Math.ceil(edges.at(-1) ?? Number.NEGATIVE_INFINITY) - 1),
        };
  const { aggregateValues } = store;
  const aggregation = new Aggregation(query, {
    values: aggregateValues,
    exceeded: () =>
      new Fault(
        'query.limit',
        `A percentile over more than ${aggregateValues} values at a time (timeseries.aggregateValues); ask for shorter intervals, a shorter span or fewer Datastreams`,
      ),
  });
  if (!(range.from <= range.to)) return aggregation.finish();
  // one group's values at a time: Datastream by Datastream, or else partition by partition
  if (query.perDatastream && quantiles.length > 0) yield* byDatastream(store, query, range, aggregation);
  else yield* byPartition(store, query, range, aggregation);
  return aggregation.finish();
}

function* byDatastream(
  store: ReaderStore,
  query: Packed<AggregateQuery>,
  range: Range,
  aggregation: Aggregation,
): Generator<void> {
  const spans = store.partitions.within(range.from, range.to);
  const datastreams = query.datastreams ?? (yield* everyDatastream(store, spans));
  for (const ds of datastreams) {
    for (const span of spans) {
      const streams = store.facts.stream(span, ds).filter((facts) => mayMatch(range, facts));
      for (const stream of streams) yield* addRows(store, span, stream, range, aggregation);
    }
    aggregation.settle();
    yield;
  }
}

function* byPartition(
  store: ReaderStore,
  query: Packed<AggregateQuery>,
  range: Range,
  aggregation: Aggregation,
): Generator<void> {
  const selection = new Selection(query.datastreams);
  for (const span of store.partitions.within(range.from, range.to)) {
    for (const slice of yield* store.facts.of(span)) {
      if (slice.count === 0 || !overlaps(range, slice)) continue;
      for (const stream of selection.streamsIn(slice, range.from, range.to)) {
        if (mayMatch(range, stream)) yield* addRows(store, span, stream, range, aggregation);
      }
      yield;
    }
    aggregation.settle(span.to);
  }
}

function* addRows(
  { partitions }: ReaderStore,
  span: Span,
  { slice, ds }: StreamFacts,
  range: Range,
  aggregation: Aggregation,
): Generator<void> {
  let after: { t: number; n: number } | null = null;
  for (;;) {
    const rows = partitions.open(span).values(slice, ds, { ...range, after, descending: false, limit: ROWS_PER_STEP });
    for (const row of rows) aggregation.add(ds, row[0]!, row[1]!, row[3]!, row[2] ?? Number.NaN);
    const end = rows.at(-1);
    if (rows.length < ROWS_PER_STEP || end === undefined) break;
    after = { t: end[0]!, n: end[1]! };
    yield;
  }
  yield;
}
