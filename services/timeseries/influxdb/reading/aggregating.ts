/**
 * Aggregates, computed here over the rows: InfluxQL's own sums lose digits, know no buckets of a calendar, and count a row by
 * its fields. Rows stream through, none is held but the values of percentiles.
 */

import { Aggregation } from '../../aggregation.ts';
import type { AggregateQuery, Aggregates } from '../../port.ts';
import { Fault } from '../../threads/fault.ts';
import type { Packed } from '../../threads/requests.ts';
import { groupsOf } from './groups.ts';
import { matches, type Range, rangeOf, resultsIn, type Span, timesIn } from './range.ts';
import type { ReaderStore } from './reader-store.ts';
import { RowTable } from './rows.ts';
import { VALUE, where } from './statements.ts';

/** Buckets of one statement, where percentiles over all Datastreams are asked: their values are held until they end. */
const BUCKETS = 8;

export async function aggregate(store: ReaderStore, query: Packed<AggregateQuery>): Promise<Aggregates> {
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
  const streams = store.known.streams(query.datastreams);
  if (quantiles.length === 0) await add(store, streams, range, range, aggregation);
  else if (query.perDatastream) {
    for (const ds of streams) {
      await add(store, Int32Array.of(ds), range, range, aggregation);
      aggregation.settle();
    }
  } else {
    for (const span of spansOf(edges, range)) {
      await add(store, streams, span, range, aggregation);
      aggregation.settle(span.to + 1);
    }
  }
  return aggregation.finish();
}

/** The range cut where buckets end. */
function spansOf(edges: readonly number[] | null, range: Range): Span[] {
  const inner = (edges ?? []).filter((edge, i) => i % BUCKETS === 0 && edge > range.from && edge <= range.to);
  const cuts = [range.from, ...inner.map((edge) => Math.ceil(edge)), range.to + 1];
  return cuts.slice(1).flatMap((end, i) => (end > cuts[i]! ? [{ from: cuts[i]!, to: end - 1 }] : []));
}

async function add(
  { known, requests, asker, from, options }: ReaderStore,
  streams: Int32Array,
  span: Span,
  range: Range,
  aggregation: Aggregation,
): Promise<void> {
  const statements: string[] = [];
  for (const { measurement, condition } of groupsOf(known, streams, options.readSeries)) {
    for (const part of known.parts(span)) {
      const conditions = where(condition, timesIn(part), resultsIn(range));
      statements.push(`SELECT ${VALUE} FROM ${from(part.where, measurement)}${conditions}`);
    }
  }
  const asked = new Set(streams);
  const table = new RowTable(({ name, ds, t, n, rec, type, r }) => {
    if (!asked.has(ds) || known.measurement(ds) !== name || !matches(range, type, r) || known.hidden.has(ds, t, n, rec))
      return;
    aggregation.add(ds, t, n, type, r);
  });
  await requests.ask(statements, table, asker);
}
