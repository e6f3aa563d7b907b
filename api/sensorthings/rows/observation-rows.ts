/** Observations from the store: bounds, order and limit are its work, the rest is tested on rows as they stream by. */

import { CodedError, type EntityId } from '../../../services/model/index.ts';
import type { RangeQuery, RowOrder } from '../../../services/timeseries/index.ts';
import { compareKeys, type ObservationFilter, type Program, type Query, type Value } from '../plan/index.ts';
import {
  anyObservationOf,
  featureOf,
  featureVaries,
  type Observation,
  type ObservationRange,
} from '../schema/index.ts';
import type { RequestContext } from './context.ts';
import { findObservation } from './find-observation.ts';
import { holds, orderKeys } from './holds.ts';
import { mapLimit } from './map-limit.ts';
import { type Range, scan, scanBehind } from './scan.ts';
import { sortInSteps } from './sort-in-steps.ts';
import { isNumeric, streamFacts } from './stream-facts.ts';

type Test<T> = (item: T) => boolean | Promise<boolean>;

/** A query that is settled for one reader and one place: ready for the store. */
export interface Search {
  readonly range: Range;
  /** Must still hold for a row; null: the range says it all. */
  readonly test: Test<Observation> | null;
  /** No asked stream has Observations with times of their own: resultTime is phenomenonTime. */
  readonly readings: boolean;
}

/** `within` null: of all Datastreams that the reader may see. Yields chunks after `skip`, at most `limit` rows in all. */
export async function* observationRows(
  query: Query,
  within: ObservationRange | null,
  skip: number,
  limit: number,
  context: RequestContext,
): AsyncGenerator<Observation[]> {
  if (limit === 0) return;
  if (query.order.some((o) => o.program.needsExtent)) await context.loadAllExtents();
  if (query.observations!.ids !== null) {
    const rows = await named(query, within, context);
    yield rows.slice(skip, skip + limit);
    return;
  }
  const search = await settle(query.observations!, within, context);
  if (search === null) return;
  const order = search.readings ? query.rowOrders.readings : query.rowOrders.any;
  if (order === null) {
    yield await sorted(query, search, skip, limit, context);
    return;
  }
  const { range, test } = search;
  const { behind } = query;
  if (test === null) {
    yield* behind === null
      ? scan({ ...range, order, offset: skip, limit }, context)
      : scanBehind(behind, range, order, limit, context);
    return;
  }
  let toSkip = behind === null ? skip : 0;
  let left = limit;
  const chunks =
    behind === null
      ? scan({ ...range, order, offset: 0, limit: Infinity }, context)
      : scanBehind(behind, range, order, Infinity, context);
  for await (const chunk of chunks) {
    const passed = await filterItems(chunk, test, context);
    const rows = passed.slice(toSkip, toSkip + left);
    toSkip = Math.max(0, toSkip - passed.length);
    left -= rows.length;
    if (rows.length > 0) yield rows;
    if (left === 0) return;
  }
}

/** $count: without regard to $top and $skip. */
export async function countObservations(
  query: Query,
  within: ObservationRange | null,
  context: RequestContext,
): Promise<number> {
  if (query.observations!.ids !== null) return (await named(query, within, context)).length;
  const search = await settle(query.observations!, within, context);
  if (search === null) return 0;
  const all: RangeQuery = { ...search.range, order: 'id', offset: 0, limit: Infinity };
  if (search.test === null) return context.store.count(all);
  let count = 0;
  for await (const chunk of scan(all, context)) count += (await filterItems(chunk, search.test, context)).length;
  return count;
}

/** Is this "the last one of each stream", for which there is one answer for all? */
export function isLatest(query: Query, streams: Iterable<EntityId>, { env }: RequestContext): boolean {
  const f = query.observations;
  if (f === null || f.whole !== null || query.top !== 1 || query.skip !== 0) return false;
  const last = (order: RowOrder | null) => order === '-time' || order === '-id';
  if (last(query.rowOrders.any)) return true;
  if (!last(query.rowOrders.readings)) return false;
  for (const id of streams) if (env.stream(id)?.ownTimes === true) return false;
  return true;
}

/** The Observations that the filter names by their ids, in order. */
async function named(query: Query, within: ObservationRange | null, context: RequestContext): Promise<Observation[]> {
  const { ids, whole } = query.observations!;
  if (whole!.needsExtent) await context.loadAllExtents();
  const { concurrency } = context.options;
  const found = await mapLimit(ids!, concurrency, (id) => findObservation(id, within, context));
  const rows = await filterItems(
    found.filter((o) => o !== null),
    (row) => holds(whole!, row, context),
    context,
  );
  const readings = rows.every((row) => context.env.stream(row.datastream)?.ownTimes !== true);
  const order = readings ? query.rowOrders.readings : query.rowOrders.any;
  if (order !== null) return rows.sort(asStored(order));
  const keyed = await mapLimit(rows, 1, async (row) => ({ row, keys: await orderKeys(query.order, row, context) }));
  keyed.sort((a, b) => compareKeys(query.order, a.keys, b.keys) || byPlace(a.row, b.row));
  return keyed.map((k) => k.row);
}

/** The order in which the store gives them: intervals by their start, also descending. */
function asStored(order: RowOrder): (a: Observation, b: Observation) => number {
  const turn = order.startsWith('-') ? -1 : 1;
  const isTime = order.endsWith('time');
  return (a, b) => ((isTime ? a.t - b.t : 0) || byPlace(a, b)) * turn;
}

function byPlace(a: Observation, b: Observation): number {
  return a.datastream - b.datastream || a.t - b.t || a.tie - b.tie;
}

/** null: no row can match. */
export async function settle(
  filter: ObservationFilter,
  within: ObservationRange | null,
  context: RequestContext,
): Promise<Search | null> {
  const { env } = context;
  if (needsExtent(filter)) await context.loadAllExtents();
  const facts = within === null && filter.streams === null ? await streamFacts(context) : null;
  const streams = facts === null ? await askedStreams(filter, within, context) : facts.all ? null : facts.ids;
  if (streams?.length === 0) return null;
  let { from, to, resultMin, resultMax } = filter;
  const checks = [filter.rest];
  const readings = facts?.readings ?? streams!.every((id) => env.stream(id)?.ownTimes !== true);
  if (readings) {
    from = atLeast(from, filter.resultFrom);
    to = atMost(to, filter.resultTo);
  } else checks.push(filter.timeCheck, filter.resultTimeCheck);
  if (filter.resultCheck !== null && !(facts?.numeric ?? streams!.every((id) => isNumeric(env.stream(id))))) {
    checks.push(filter.resultCheck);
    resultMin = null;
    resultMax = null;
  }
  if (from !== null && to !== null && from >= to) return null;
  return {
    range: { datastreams: streams, from, to, resultMin, resultMax },
    test: rowTest(
      checks.filter((c) => c !== null),
      within,
      context,
    ),
    readings,
  };
}

/** Those of a place, or that a condition allows. Ascending. */
async function askedStreams(
  filter: ObservationFilter,
  within: ObservationRange | null,
  context: RequestContext,
): Promise<EntityId[]> {
  const { env } = context;
  const candidates = within?.datastreams ?? filter.streamCandidates?.(env) ?? visibleStreams(context);
  const streams = [...candidates].filter((id) => env.stream(id) !== undefined);
  const { streams: condition } = filter;
  const passed =
    condition === null
      ? streams
      : await filterItems(streams, (id) => holds(condition, anyObservationOf(id), context), context);
  return passed.sort((a, b) => a - b);
}

export function* visibleStreams({ view }: RequestContext): Generator<EntityId> {
  yield* view.set('Datastreams').keys();
  yield* view.set('MultiDatastreams').keys();
}

const atLeast = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.max(a, b));
const atMost = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.min(a, b));

function needsExtent(f: ObservationFilter): boolean {
  return f.whole?.needsExtent === true;
}

function rowTest(checks: readonly Program[], within: ObservationRange | null, context: RequestContext): Search['test'] {
  const { env } = context;
  const feature = within?.feature ?? null;
  // With one FeatureOfInterest for all its time a stream needs no look at its rows.
  const varies =
    feature !== null &&
    within!.datastreams.some((id) => {
      const stream = env.stream(id);
      return stream !== undefined && featureVaries(stream);
    });
  if (checks.length === 0 && !varies) return null;
  return (row) => {
    const stream = env.stream(row.datastream);
    if (stream === undefined || (varies && featureOf(row, stream) !== feature)) return false;
    return all(checks, row, context);
  };
}

function all(checks: readonly Program[], row: Observation, context: RequestContext): boolean | Promise<boolean> {
  for (const [i, check] of checks.entries()) {
    const passed = holds(check, row, context);
    if (passed === false) return false;
    if (passed !== true) return passed.then((p) => p && all(checks.slice(i + 1), row, context));
  }
  return true;
}

export async function filterItems<T>(items: readonly T[], test: Test<T>, { pace }: RequestContext): Promise<T[]> {
  const out: T[] = [];
  for (const item of items) {
    if (pace.stepDue()) await pace.breathe();
    const passed = test(item);
    if (passed === true || (passed !== false && (await passed))) out.push(item);
  }
  return out;
}

interface Held {
  readonly row: Observation;
  readonly keys: readonly Value[];
  readonly at: number;
}

/** The first rows in an order that the store does not keep: never more than twice what is asked for is held. */
async function sorted(
  query: Query,
  search: Search,
  skip: number,
  limit: number,
  context: RequestContext,
): Promise<Observation[]> {
  const keep = skip + limit;
  if (keep > context.options.sortRows + 1) {
    const detail = `$skip and $top reach beyond ${context.options.sortRows} Observations; order by phenomenonTime or narrow $filter`;
    throw new CodedError('query.limit', detail);
  }
  let held: Held[] = [];
  const cut = async () => {
    const byKeys = (a: Held, b: Held) => compareKeys(query.order, a.keys, b.keys) || a.at - b.at;
    held = (await sortInSteps(held, byKeys, context.pace)).slice(0, keep);
  };
  let at = 0;
  for await (const chunk of scan({ ...search.range, order: 'id', offset: 0, limit: Infinity }, context)) {
    for (const row of search.test === null ? chunk : await filterItems(chunk, search.test, context)) {
      if (context.pace.stepDue()) await context.pace.breathe();
      const keys = orderKeys(query.order, row, context);
      held.push({ row, keys: keys instanceof Promise ? await keys : keys, at: at++ });
    }
    if (held.length > keep * 2 + 2000) await cut();
  }
  await cut();
  return held.slice(skip).map((h) => h.row);
}
