/**
 * Groups of Observations and their numbers. Where bounds of time and result say which rows count, the store computes; where
 * rows must be looked at, they go through the same accumulators here.
 */
import { CodedError } from '../../../services/model/index.ts';
import { type AggregateQuery, type Aggregates, Aggregation } from '../../../services/timeseries/index.ts';
import { type AggregatePlan, bucketEdges, type Column, edgesAtMost } from '../plan/index.ts';
import type { AggregateRow, ObservationRange } from '../schema/index.ts';
import { Time } from '../syntax/index.ts';
import type { RequestContext } from './context.ts';
import { filterItems, type Search, settle, visibleStreams } from './observation-rows.ts';
import { scan } from './scan.ts';

/** Groups that have an Observation, by Datastream and time. `within` null: over all that the reader may see. */
export async function aggregateRows(
  plan: AggregatePlan,
  within: ObservationRange | null,
  context: RequestContext,
): Promise<AggregateRow[]> {
  const search = await settle(plan.filter, within, context);
  if (search === null) return [];
  const query = await boundedQuery(plan, search, context);
  if (query === null) return [];
  const found = search.test === null ? await context.store.aggregate(query) : await byRows(query, search, context);
  return toRows(found, query, plan.columns);
}

/** Without bounds of time the Observations themselves give them. null: there is none. */
async function boundedQuery(
  { width, perDatastream, columns }: AggregatePlan,
  { range }: Search,
  context: RequestContext,
): Promise<AggregateQuery | null> {
  const { options, env, pace } = context;
  const quantiles = [...new Set(columns.flatMap((c) => (c.of === 'quantile' ? [c.quantile] : [])))];
  if (width === null) return { ...range, edges: null, perDatastream, quantiles };
  const streams = range.datastreams ?? [...visibleStreams(context)];
  await context.loadExtents(streams);
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const id of streams) {
    if (pace.due()) await pace.breathe();
    const extent = env.extent(id);
    if (extent === null) continue;
    if (extent.start < from) from = extent.start;
    if (extent.end >= to) to = extent.end + 1;
  }
  from = Math.max(from, range.from ?? from);
  to = Math.min(to, range.to ?? to);
  if (from >= to) return null;
  const each = perDatastream ? streams.length : 1;
  if (edgesAtMost(from, to, width) * each > options.groups * 2) throw tooMany(options.groups);
  const edges: number[] = [];
  for (const edge of bucketEdges(from, to, width)) {
    if (pace.due()) await pace.breathe();
    edges.push(edge);
    if ((edges.length - 1) * each > options.groups) throw tooMany(options.groups);
  }
  return { ...range, from, to, edges, perDatastream, quantiles };
}

function tooMany(limit: number): CodedError {
  const detail = `This would be more than ${limit} groups; ask for longer spans, a shorter time or fewer Datastreams`;
  return new CodedError('query.limit', detail);
}

async function byRows(query: AggregateQuery, { test }: Search, context: RequestContext): Promise<Aggregates> {
  const { aggregateValues } = context.options;
  const groups = new Aggregation(query, {
    values: aggregateValues,
    exceeded: () =>
      new CodedError('query.limit', `Percentiles over more than ${aggregateValues} results; ask for a shorter time`),
  });
  // By time, the values for percentiles of one span are done with before those of the next.
  const order = query.quantiles.length > 0 ? 'time' : 'id';
  for await (const chunk of scan({ ...query, order, offset: 0, limit: Infinity }, context)) {
    const rows = await filterItems(chunk, test!, context);
    for (const row of rows) groups.add(row.datastream, row.t, row.tie, row.type, row.number);
    if (order === 'time' && rows.length > 0) groups.settle(rows.at(-1)!.t);
    if (context.pace.due()) await context.pace.breathe();
  }
  return groups.finish();
}

function toRows(found: Aggregates, { edges, quantiles }: AggregateQuery, columns: readonly Column[]): AggregateRow[] {
  const values = columns.map((c) =>
    c.of === 'quantile' ? found.quantiles[quantiles.indexOf(c.quantile)]! : found[c.of],
  );
  return Array.from({ length: found.length }, (_, i): AggregateRow => {
    const bucket = found.bucket[i]!;
    return {
      id: i,
      datastream: found.ds[i]!,
      time: edges === null ? null : new Time(edges[bucket]!, edges[bucket + 1]!),
      values: values.map((column) => column[i]!),
    };
  });
}
