/** Observations from the store: bounds, order and limit are its work, the rest is tested on rows as they stream by. */

import { CodedError, type EntityId } from '../../../services/model/index.ts';
import type { RangeQuery } from '../../../services/timeseries/index.ts';
import { parseObservationId } from '../observation-id.ts';
import { compareKeys, type ObservationFilter, type Program, type Query, type Value } from '../plan/index.ts';
import { featureAt, Observation, type ObservationRange } from '../schema/index.ts';
import type { RequestContext } from './context.ts';
import { holds, orderKeys } from './holds.ts';

type Test<T> = (item: T) => boolean | Promise<boolean>;

/** A query that is settled for one reader and one place: ready for the store. */
interface Search {
  readonly range: Pick<RangeQuery, 'datastreams' | 'from' | 'to' | 'resultMin' | 'resultMax'>;
  /** Must still hold for a row; null: the range says it all. */
  readonly test: Test<Observation> | null;
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
  const search = await settle(query.observations!, within, context);
  if (search === null) return;
  if (query.order.some((o) => o.program.needsExtent)) await context.loadAllExtents();
  if (query.rowOrder === null) {
    yield await sorted(query, search, skip, limit, context);
    return;
  }
  const { range, test } = search;
  if (test === null) {
    yield* scan({ ...range, order: query.rowOrder, offset: skip, limit }, context);
    return;
  }
  let toSkip = skip;
  let left = limit;
  for await (const chunk of scan({ ...range, order: query.rowOrder, offset: 0, limit: Infinity }, context)) {
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
  const search = await settle(query.observations!, within, context);
  if (search === null) return 0;
  const all: RangeQuery = { ...search.range, order: 'id', offset: 0, limit: Infinity };
  if (search.test === null) return context.store.count(all);
  let count = 0;
  for await (const chunk of scan(all, context)) count += (await filterItems(chunk, search.test, context)).length;
  return count;
}

/** Is this "the last one of each Datastream", for which the store has one answer for all? */
export function isLatest(query: Query): boolean {
  const f = query.observations;
  return (
    f !== null &&
    query.top === 1 &&
    query.skip === 0 &&
    (query.rowOrder === '-time' || query.rowOrder === '-id') &&
    [f.from, f.to, f.resultMin, f.resultMax, f.datastreams, f.rest, f.timeCheck, f.resultCheck].every((v) => v === null)
  );
}

/** null: no row can match. */
async function settle(
  filter: ObservationFilter,
  within: ObservationRange | null,
  context: RequestContext,
): Promise<Search | null> {
  const { view } = context;
  if (needsExtent(filter)) await context.loadAllExtents();
  const visible = view.set('Datastreams');
  let datastreams: EntityId[] | null = within === null ? null : within.datastreams.filter((id) => visible.has(id));
  if (datastreams === null && (filter.datastreams !== null || !view.complete)) datastreams = [...visible.keys()];
  if (datastreams !== null && filter.datastreams !== null) {
    datastreams = await filterItems(
      datastreams,
      (id) => holds(filter.datastreams!, visible.get(id)!, context),
      context,
    );
  }
  let { from, to } = filter;
  for (const id of filter.ids) {
    const place = await placeOf(id, context);
    if (place === null || (datastreams !== null && !datastreams.includes(place.ds))) return null;
    datastreams = [place.ds];
    from = Math.max(from ?? place.t, place.t);
    to = Math.min(to ?? place.t + 1, place.t + 1);
  }
  if (datastreams?.length === 0 || (from !== null && to !== null && from >= to)) return null;
  const isNumeric = (id: EntityId) => /OM_(Measurement|CountObservation)$/.test(visible.get(id)?.observationType ?? '');
  const numeric = filter.resultCheck === null || (datastreams ?? [...visible.keys()]).every(isNumeric);
  const checks: (Program | null)[] = [
    filter.rest,
    context.hasIntervals ? filter.timeCheck : null,
    numeric ? null : filter.resultCheck,
  ];
  const { resultMin, resultMax } = numeric ? filter : { resultMin: null, resultMax: null };
  return {
    range: { datastreams: datastreams?.sort((a, b) => a - b) ?? null, from, to, resultMin, resultMax },
    test: rowTest(
      checks.filter((c) => c !== null),
      within,
      context,
    ),
  };
}

function needsExtent(f: ObservationFilter): boolean {
  return [f.datastreams, f.rest].some((p) => p?.needsExtent === true);
}

function rowTest(checks: readonly Program[], within: ObservationRange | null, context: RequestContext): Search['test'] {
  const visible = context.view.set('Datastreams');
  const feature = within?.feature ?? null;
  // With one FeatureOfInterest for all its time a Datastream needs no look at its rows.
  const moves = feature !== null && within!.datastreams.some((id) => (visible.get(id)?.features.length ?? 0) > 1);
  if (checks.length === 0 && !moves) return null;
  return (row) => {
    const datastream = visible.get(row.datastream);
    if (datastream === undefined || (moves && featureAt(datastream, row.t) !== feature)) return false;
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

async function placeOf(id: bigint, { store }: RequestContext): Promise<{ ds: number; t: number } | null> {
  const parsed = parseObservationId(id);
  if (parsed.kind === 'layout') return parsed;
  const rows = parsed.kind === 'assigned' ? await store.byAssignedId(parsed.id) : null;
  return rows === null || rows.length === 0 ? null : { ds: rows.ds[0]!, t: rows.t[0]! };
}

async function* scan(query: RangeQuery, { store, view, pace }: RequestContext): AsyncGenerator<Observation[]> {
  const visible = view.set('Datastreams');
  for await (const rows of store.scan(query)) {
    pace.check();
    const out: Observation[] = [];
    for (let i = 0; i < rows.length; i++) if (visible.has(rows.ds[i]!)) out.push(new Observation(rows, i));
    yield out;
  }
}

async function filterItems<T>(items: readonly T[], test: Test<T>, { pace }: RequestContext): Promise<T[]> {
  const out: T[] = [];
  for (const item of items) {
    if (pace.due()) await pace.breathe();
    const passed = test(item);
    if (passed === true || (passed !== false && (await passed))) out.push(item);
  }
  return out;
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
  let held: { row: Observation; keys: readonly Value[]; at: number }[] = [];
  const cut = () => {
    held.sort((a, b) => compareKeys(query.order, a.keys, b.keys) || a.at - b.at);
    held = held.slice(0, keep);
  };
  let at = 0;
  for await (const chunk of scan({ ...search.range, order: 'id', offset: 0, limit: Infinity }, context)) {
    for (const row of search.test === null ? chunk : await filterItems(chunk, search.test, context)) {
      if (context.pace.due()) await context.pace.breathe();
      const keys = orderKeys(query.order, row, context);
      held.push({ row, keys: keys instanceof Promise ? await keys : keys, at: at++ });
    }
    if (held.length > keep * 2 + 2000) cut();
  }
  cut();
  return held.slice(skip).map((h) => h.row);
}
