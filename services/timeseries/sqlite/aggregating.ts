/** Aggregates over the rows, Datastream by Datastream; partitions and Datastreams that can't match are passed over. */
import { Aggregation } from '../aggregation.ts';
import type { AggregateQuery, Aggregates } from '../port.ts';
import { Fault } from '../threads/fault.ts';
import type { Packed } from '../threads/requests.ts';
import { Effort } from './block-effort.ts';
import { type Block, blockRows } from './block-rows.ts';
import { everyDatastream } from './by-stream.ts';
import { mayMatch, overlaps, type Range, rangeOf } from './range.ts';
import type { ReaderStore } from './reader-store.ts';
import { Selection } from './selection.ts';

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
  const effort = new Effort();
  for (const ds of datastreams) {
    for (const span of spans) {
      for (const slice of yield* store.facts.between(span, ds, ds)) {
        const at = slice.find(ds);
        if (at === -1 || !mayMatch(range, slice.facts(at))) continue;
        const { partitions } = store;
        yield* addRows({ partitions, span, slice, streams: [at], range, effort }, aggregation);
      }
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
  const { partitions, facts } = store;
  const selection = new Selection(query.datastreams);
  const effort = new Effort();
  for (const span of partitions.within(range.from, range.to)) {
    for (const slice of yield* facts.of(span)) {
      if (slice.count === 0 || !overlaps(range, slice)) continue;
      yield* addRows(
        { partitions, span, slice, streams: selection.matchingIn(slice, range), range, effort },
        aggregation,
      );
      yield;
    }
    aggregation.settle(span.to);
  }
}

function* addRows(block: Block, aggregation: Aggregation): Generator<void> {
  yield* blockRows(block, 'value', ([ds, t, n, r, type]) => {
    aggregation.add(ds!, t!, n!, type!, r ?? Number.NaN);
    return true;
  });
}
