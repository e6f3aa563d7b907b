/**
 * What an aggregation reads for which span of time: days and hours that the hub has computed where they give what the rows
 * would give, rows everywhere else [docs/semantics.md, Aggregates].
 */

import { type Calendar, common, HOUR, type Span, without } from '../../../services/history/index.ts';
import type { AggregateLevel, EntityId } from '../../../services/model/index.ts';
import type { AggregateQuery } from '../../../services/timeseries/index.ts';
import type { Column } from '../plan/index.ts';
import type { RequestContext } from './context.ts';

/** `gone`: rows that have expired, and no hour or day answers for them. */
export type SourceName = 'daily' | 'hourly' | 'raw' | 'gone';

/** Some Datastreams that are read alike. */
export interface Share {
  readonly datastreams: EntityId[];
  readonly daily: readonly Span[];
  readonly hourly: readonly Span[];
  readonly raw: readonly Span[];
  readonly gone: readonly Span[];
}

/** A query with bounds of time and named Datastreams. */
export type BoundedQuery = AggregateQuery & {
  readonly datastreams: readonly EntityId[];
  readonly from: number;
  readonly to: number;
};

/** Of quantiles, and of rows picked by their result, hours and days know nothing. */
export function isSummable(query: AggregateQuery, columns: readonly Column[]): boolean {
  if (query.quantiles.length > 0 || query.resultMin != null || query.resultMax != null) return false;
  // which of two Datastreams was first within an hour, only rows tell
  const ordered = columns.some(({ of }) => of === 'first' || of === 'last');
  return !ordered || query.perDatastream || query.datastreams?.length === 1;
}

/** null: rows alone, all of which are there. */
export async function sharesOf(
  query: BoundedQuery,
  summable: boolean,
  { aggregates, options, pace }: RequestContext,
): Promise<readonly Share[] | null> {
  if (aggregates === null) return null;
  const { datastreams, from, to } = query;
  let isCut = false;
  for (const id of datastreams) {
    if (pace.stepDue()) await pace.breathe();
    if (aggregates.rowsFrom(id) > from) isCut = true;
  }
  const isLong = summable && to - from >= options.aggregatesFromHours * HOUR;
  if (!isLong && !isCut) return null;
  const allowed = summable ? allowedSpans(query, aggregates.calendar) : { daily: [], hourly: [] };
  if (!isCut && allowed.daily.length + allowed.hourly.length === 0) return null;
  await aggregates.settled(datastreams, from, to);
  const shares = new Map<string, Share>();
  for (const id of datastreams) {
    if (pace.stepDue()) await pace.breathe();
    const known = (level: AggregateLevel) => aggregates.spans(id, level, from, to);
    const daily = common(allowed.daily, known('daily'));
    const hourly = common(
      allowed.hourly.flatMap((span) => without(span, daily)),
      known('hourly'),
    );
    const read = [...daily, ...hourly].sort((a, b) => a.from - b.from);
    const rest = without({ from, to }, read);
    const kept = aggregates.rowsFrom(id);
    const raw = common(rest, [{ from: Math.max(from, kept), to }]);
    const gone = common(rest, [{ from, to: Math.max(from, Math.min(to, kept)) }]);
    const key = JSON.stringify([daily, hourly, raw, gone]);
    const share = shares.get(key);
    if (share === undefined) shares.set(key, { datastreams: [id], daily, hourly, raw, gone });
    else share.datastreams.push(id);
  }
  const found = [...shares.values()];
  return found.every(({ daily, hourly, gone }) => daily.length + hourly.length + gone.length === 0) ? null : found;
}

/** Whole days and hours that no edge of a bucket cuts. */
function allowedSpans(
  { from, to, edges }: BoundedQuery,
  calendar: Calendar,
): { readonly daily: readonly Span[]; readonly hourly: readonly Span[] } {
  const cutDays: Span[] = [];
  const cutHours: Span[] = [];
  for (const edge of edges ?? []) {
    const day = calendar.dayOf(edge);
    if (day !== edge && cutDays.at(-1)?.from !== day) cutDays.push({ from: day, to: calendar.dayAfter(day) });
    const hour = Math.floor(edge / HOUR) * HOUR;
    if (hour !== edge && cutHours.at(-1)?.from !== hour) cutHours.push({ from: hour, to: hour + HOUR });
  }
  const within = (begin: number, end: number, cuts: readonly Span[]) =>
    begin < end ? without({ from: begin, to: end }, cuts) : [];
  return {
    daily: within(calendar.dayFrom(from), calendar.dayOf(to), cutDays),
    hourly: within(Math.ceil(from / HOUR) * HOUR, Math.floor(to / HOUR) * HOUR, cutHours),
  };
}
