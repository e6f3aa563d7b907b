/**
 * $apply and $interval over Observations: which rows, which groups, which numbers, and the outcome as a set of its own that
 * $filter, $orderby, $top, $skip, $count and $select can ask.
 */
import { CodedError, type ErrorCode } from '../../../services/model/index.ts';
import { aggregateSet, type SetDef } from '../schema/index.ts';
import type { AggregateItem, Apply, Interval, QueryOptions } from '../syntax/index.ts';
import { type BucketWidth, widthProblem } from './buckets.ts';
import { nearest } from './nearest.ts';
import { type ObservationFilter, planObservationFilter } from './observation-filter.ts';

/** A number of each group. `quantile`: 0 … 1. */
export type Column =
  | { readonly name: string; readonly of: keyof typeof METHODS | 'count' }
  | { readonly name: string; readonly of: 'quantile'; readonly quantile: number };

export interface AggregatePlan {
  /** Which Observations count. */
  readonly filter: ObservationFilter;
  /** null: all time is one group. */
  readonly width: BucketWidth | null;
  readonly perDatastream: boolean;
  readonly columns: readonly Column[];
  /** The outcome as a set; its entities are AggregateRows. */
  readonly set: SetDef;
  /** What of the options asks the outcome. */
  readonly outcome: QueryOptions;
}

/** Names of OData, and those that people type. */
const METHODS = { mean: 'average', min: 'min', max: 'max', sum: 'sum', first: 'first', last: 'last' } as const;
const SHORT: Apply['items'] = [
  { property: '$count', method: null, as: 'count', at: 1 },
  ...(['mean', 'min', 'max', 'first', 'last'] as const).map((as) => ({
    property: 'result',
    method: METHODS[as],
    as,
    at: 1,
  })),
];

/** null: no aggregation is asked for. @throws CodedError */
export function planAggregate(set: string, source: QueryOptions, now: number): AggregatePlan | null {
  const { apply, interval, filter, ...outcome } = source;
  if (apply === undefined && interval === undefined) return null;
  const option = apply === undefined ? '$interval' : '$apply';
  const fail = (code: ErrorCode, detail: string) => new CodedError(code, detail);
  if (apply !== undefined && interval !== undefined)
    throw fail('query.option', '$interval is the short form of $apply; give one of them');
  if (set !== 'Observations') throw fail('query.option', `${option} is for Observations, not for ${set}`);
  if (outcome.expand !== undefined) throw fail('query.option', `$expand does not go with ${option}`);
  const { keys, items, before } = apply === undefined ? shortForm(interval!, filter) : longForm(apply);
  const columns = items.map((item) => planColumn(option, item));
  const names = ['phenomenonTime', 'Datastream'];
  for (const [i, { name }] of columns.entries()) {
    if (names.includes(name))
      throw fail('query.option', `${at(option, items[i]!)}: the name ${name} is taken; choose another`);
    names.push(name);
  }
  return {
    filter: planObservationFilter(option, before, now),
    ...keys,
    columns,
    set: aggregateSet(
      columns.map((c) => c.name),
      keys,
    ),
    // The short form filters what goes in, OData's what comes out.
    outcome: apply === undefined || filter === undefined ? outcome : { ...outcome, filter },
  };

  function longForm({ filter: inner, keys: groups, items: wanted }: Apply) {
    let width: BucketWidth | null = null;
    let perDatastream = false;
    for (const key of groups) {
      if (key.kind === 'bucket') {
        if (key.property !== 'phenomenonTime')
          throw fail('query.unsupported', `${at(option, key)}: bucket takes phenomenonTime, not ${key.property}`);
        if (width !== null) throw fail('query.option', `${at(option, key)}: bucket is given twice`);
        width = planWidth(option, key);
      } else if (/^Datastream\/(@iot\.)?id$/.test(key.segments.join('/'))) perDatastream = true;
      else {
        const detail = `groups are made by bucket(phenomenonTime,duration'PT1H') and Datastream/id, not by ${key.segments.join('/')}`;
        throw fail('query.unsupported', `${at(option, key)}: ${detail}`);
      }
    }
    return { keys: { width, perDatastream }, items: wanted, before: inner };
  }
}

function shortForm(interval: Interval, before: QueryOptions['filter']) {
  return { keys: { width: planWidth('$interval', interval), perDatastream: true }, items: SHORT, before };
}

function planWidth(option: string, { width, zone, at: column }: Interval): BucketWidth {
  const problem = widthProblem(width, zone);
  if (problem !== null) throw new CodedError('query.type', `${option}, column ${column}: ${problem}`);
  return { months: width.months, ms: width.ms, zone };
}

function planColumn(option: string, item: AggregateItem): Column {
  const { property, method, as: name } = item;
  if (property === '$count') {
    if (method === null) return { name, of: 'count' };
    throw new CodedError('query.option', `${at(option, item)}: $count takes no method; write $count as ${name}`);
  }
  if (property !== 'result')
    throw new CodedError('query.unsupported', `${at(option, item)}: result and $count are aggregated, not ${property}`);
  const known = [...Object.values(METHODS), 'median', 'p95'];
  if (method === null) {
    throw new CodedError('query.option', `${at(option, item)}: result needs a method; there are ${known.join(', ')}`);
  }
  for (const [of, odata] of Object.entries(METHODS)) {
    if (method === of || method === odata) return { name, of: of as keyof typeof METHODS };
  }
  if (method === 'median') return { name, of: 'quantile', quantile: 0.5 };
  const percent = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(method);
  if (percent !== null) return { name, of: 'quantile', quantile: Number(percent[1]) / 100 };
  throw new CodedError('query.property', `${at(option, item)}: there is no method ${method}${nearest(method, known)}`);
}

function at(option: string, { at: column }: { at: number }): string {
  return `${option}, column ${column}`;
}
