/**
 * Groups of Observations and their numbers. Where bounds of time and result say which rows count, the store computes; where
 * rows must be looked at, they go through the same accumulators here. Over long spans hours and days that the hub has
 * computed stand in place of rows (`aggregate-sources.ts`).
 */
import { CodedError } from '../../../services/model/index.ts';
import { type AggregateQuery, type Aggregates, Aggregation } from '../../../services/timeseries/index.ts';
import { type AggregatePlan, bucketEdges, type Column, edgesAtMost } from '../plan/index.ts';
import type { AggregateRow, ObservationRange } from '../schema/index.ts';
import { Time } from '../syntax/index.ts';
import { byShares, type SourceSpan, toldSources } from './aggregate-shares.ts';
import { type BoundedQuery, isSummable, sharesOf } from './aggregate-sources.ts';
import type { RequestContext } from './context.ts';
import { filterItems, type Search, settle, visibleStreams } from './observation-rows.ts';
import { scan } from './scan.ts';

export interface AggregateOutcome {
  readonly rows: readonly AggregateRow[];
  /** What was read for which span; null: rows alone, and all of them are there. */
  readonly sources: readonly SourceSpan[] | null;
}

const NOTHING: AggregateOutcome = { rows: [], sources: null };

/** Groups that have an Observation, by Datastream and time. `within` null: over all that the reader may see. */
export async function aggregateRows(
  plan: AggregatePlan,
  within: ObservationRange | null,
  context: RequestContext,
): Promise<AggregateOutcome> {
  const search = await settle(plan.filter, within, context);
  if (search === null) return NOTHING;
  const query = await boundedQuery(plan, search, context);
  if (query === null) return NOTHING;
  const bounded = await withBounds(query, search, context);
  const summable = search.test === null && isSummable(query, plan.columns);
  const shares = bounded === null ? null : await sharesOf(bounded, summable, context);
  const sources = shares === null ? null : toldSources(shares);
  if (shares !== null && summable)
    return { rows: toRows(await byShares(bounded!, shares, context), query, plan.columns), sources };
  const found = search.test === null ? await context.store.aggregate(query) : await byRows(query, search, context);
  return { rows: toRows(found, query, plan.columns), sources };
}

/** With named Datastreams and bounds of time; null: there is nothing but rows to read. */
async function withBounds(
  query: AggregateQuery,
  { range }: Search,
  context: RequestContext,
): Promise<BoundedQuery | null> {
  const { aggregates } = context;
  if (aggregates === null) return null;
  const datastreams = query.datastreams ?? [...visibleStreams(context)].sort((a, b) => a - b);
  // with buckets the bounds are there already
  const span = query.edges === null ? await extentOf(datastreams, context) : { from: query.from!, to: query.to! };
  const from = Math.max(span.from, range.from ?? span.from);
  const to = Math.min(span.to, range.to ?? span.to);
  if (from >= to) return null;
  // where nothing lies outside, the first and the last day are whole
  const first = range.from === null || from > range.from ? aggregates.calendar.dayOf(from) : from;
  const last = range.to === null || to < range.to ? aggregates.calendar.dayFrom(to) : to;
  return { ...query, datastreams, from: first, to: last };
}

/** From the first to the last Observation, those included that stand in hours and days alone. */
async function extentOf(streams: readonly number[], context: RequestContext): Promise<{ from: number; to: number }> {
  const { env, pace, aggregates } = context;
  const levels = (id: number) =>
    aggregates === null || aggregates.rowsFrom(id) === Number.NEGATIVE_INFINITY
      ? []
      : [aggregates.streamOf(id, 'hourly') ?? [], aggregates.streamOf(id, 'daily') ?? []].flat();
  const all = streams.flatMap((id) => [id, ...levels(id)]);
  await context.loadExtents(all);
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const id of all) {
    if (pace.due()) await pace.breathe();
    const extent = env.extent(id);
    if (extent === null) continue;
    if (extent.start < from) from = extent.start;
    if (extent.end >= to) to = extent.end + 1;
  }
  return { from, to };
}

/** Without bounds of time the Observations themselves give them. null: there is none. */
async function boundedQuery(
  { width, perDatastream, columns }: AggregatePlan,
  { range }: Search,
  context: RequestContext,
): Promise<AggregateQuery | null> {
  const { options, pace } = context;
  const quantiles = [...new Set(columns.flatMap((c) => (c.of === 'quantile' ? [c.quantile] : [])))];
  if (width === null) return { ...range, edges: null, perDatastream, quantiles };
  const streams = range.datastreams ?? [...visibleStreams(context)];
  const span = await extentOf(streams, context);
  const from = Math.max(span.from, range.from ?? span.from);
  const to = Math.min(span.to, range.to ?? span.to);
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
