/**
 * What a $filter over Observations asks of whom: the catalogue (which streams), the store (bounds of time and result),
 * and what is left to test row by row.
 */
import { parseObservationId } from '../observation-id.ts';
import { SETS } from '../schema/index.ts';
import type { Expression } from '../syntax/index.ts';
import { type Candidates, namedIds, planCandidates } from './candidates.ts';
import { compileCondition } from './compile.ts';
import { conjuncts, joinConjuncts, mapPaths, pathsOf } from './conjuncts.ts';
import { constantOf } from './constant.ts';
import { propertyName, withoutOwnSet } from './path.ts';
import type { Program } from './program.ts';
import { numberOf, timeOf, type Value } from './value.ts';

export interface ObservationFilter {
  /** The whole condition; null: none. */
  readonly whole: Program | null;
  /** Condition that reads nothing but the stream, to be run with `anyObservationOf` it; null: all streams. */
  readonly streams: Program | null;
  /** Streams that it can hold for at all, where it names ids; null: it names none. */
  readonly streamCandidates: Candidates | null;
  /** Inclusive and exclusive bound of phenomenonTime's start, milliseconds; null: open. */
  readonly from: number | null;
  readonly to: number | null;
  /** Bounds of resultTime. Of streams without `ownTimes` it is the phenomenonTime; of others only the row tells. */
  readonly resultFrom: number | null;
  readonly resultTo: number | null;
  /** Inclusive bounds of a numeric result; null: open. */
  readonly resultMin: number | null;
  readonly resultMax: number | null;
  /** `id eq 1 or id eq 2`, `id in (1,2)`: the ids of which a row must have one, to be looked up; null: any. */
  readonly ids: readonly bigint[] | null;
  /** The bounds of time again, for streams with `ownTimes`: the end of an interval counts too. */
  readonly timeCheck: Program | null;
  /** The bounds of resultTime again, for streams with `ownTimes`. */
  readonly resultTimeCheck: Program | null;
  /** The bounds of result again, for streams whose results are not all numbers. */
  readonly resultCheck: Program | null;
  /** What only the row can tell. */
  readonly rest: Program | null;
}

interface Bounds {
  readonly time: Span;
  readonly resultTime: Span;
  resultMin: number | null;
  resultMax: number | null;
}
interface Span {
  from: number | null;
  to: number | null;
}

const SET = SETS.Observations;
const TURNED = { eq: 'eq', gt: 'lt', ge: 'le', lt: 'gt', le: 'ge' } as const;
type Bound = keyof typeof TURNED;

export function planObservationFilter(option: string, filter: Expression | undefined, now: number): ObservationFilter {
  const bounds: Bounds = {
    time: { from: null, to: null },
    resultTime: { from: null, to: null },
    resultMin: null,
    resultMax: null,
  };
  const streams: Expression[] = [];
  const times: Expression[] = [];
  const resultTimes: Expression[] = [];
  const results: Expression[] = [];
  const rest: Expression[] = [];
  let ids: bigint[] | null = null;
  // Checked as a whole, so that messages name the columns of what was written.
  const whole = filter === undefined ? null : compileCondition(option, filter, SET);
  for (const part of filter === undefined ? [] : conjuncts(filter)) {
    const bound = boundOf(part, now);
    if (isAboutStream(part)) streams.push(part);
    else if (bound?.property === 'phenomenonTime' && boundTime(bounds.time, bound.op, bound.value)) {
      if (!saysStart(bound)) times.push(part);
    } else if (bound?.property === 'resultTime' && boundTime(bounds.resultTime, bound.op, bound.value))
      resultTimes.push(part);
    else if (bound?.property === 'result' && boundResult(bounds, bound.op, bound.value)) results.push(part);
    else {
      ids ??= idsOf(part, now);
      rest.push(part);
    }
  }
  const condition = (parts: readonly Expression[]) => {
    const joined = joinConjuncts(parts);
    return joined === null ? null : compileCondition(option, joined, SET);
  };
  return {
    whole,
    streams: condition(streams),
    streamCandidates: streamCandidates(streams, now),
    ...bounds.time,
    resultFrom: bounds.resultTime.from,
    resultTo: bounds.resultTime.to,
    resultMin: bounds.resultMin,
    resultMax: bounds.resultMax,
    ids,
    timeCheck: condition(times),
    resultTimeCheck: condition(resultTimes),
    resultCheck: condition(results),
    rest: condition(rest),
  };
}

/** `Datastream/Thing/id eq 1` ▸ the Datastreams of that Thing. */
function streamCandidates(parts: readonly Expression[], now: number): Candidates | null {
  for (const part of parts) {
    const paths = pathsOf(part).map((p) => withoutOwnSet(p.segments, SET));
    const first = paths[0]![0];
    if (paths.some((s) => s[0] !== first)) continue;
    const set = first === 'Datastream' ? SETS.Datastreams : SETS.MultiDatastreams;
    const found = planCandidates(
      mapPaths(part, (s) => withoutOwnSet(s, SET).slice(1)),
      set,
      now,
    );
    if (found !== null) return found;
  }
  return null;
}

/**
 * What a condition on catalogue entities asks of the Observations that it passes (`Observations/result gt 5`), as bounds for
 * the search. Only parts that hold no other path count.
 */
export function planProbe(filter: Expression, now: number): ObservationFilter {
  const parts = conjuncts(filter).filter((part) => {
    const paths = pathsOf(part);
    return paths.length > 0 && paths.every((p) => p.segments.indexOf('Observations') >= 0);
  });
  const own = joinConjuncts(parts.map((part) => mapPaths(part, (s) => s.slice(s.indexOf('Observations') + 1))));
  return planObservationFilter('$filter', own ?? undefined, now);
}

function isAboutStream(e: Expression): boolean {
  const paths = pathsOf(e).map((p) => withoutOwnSet(p.segments, SET));
  const about = (s: readonly string[]) =>
    (s[0] === 'Datastream' || s[0] === 'MultiDatastream') && !s.includes('Observations');
  return paths.length > 0 && paths.every(about);
}

/** `property op constant`, or the other way round. */
function boundOf(e: Expression, now: number): { property: string; op: Bound; value: Value } | null {
  if (e.kind !== 'binary' || !Object.hasOwn(TURNED, e.op)) return null;
  const op = e.op as Bound;
  return side(e.left, e.right, op, now) ?? side(e.right, e.left, TURNED[op], now);
}

function side(path: Expression, other: Expression, op: Bound, now: number) {
  if (path.kind !== 'path') return null;
  const segments = withoutOwnSet(path.segments, SET);
  if (segments.length !== 1) return null;
  const value = constantOf(other, now);
  return value === undefined ? null : { property: propertyName(segments[0]!), op, value };
}

/** Bounds of the start; see the meaning of intervals in `value.ts`. */
function boundTime(bounds: Span, op: Bound, value: Value): boolean {
  const time = timeOf(value);
  if (time === null) return false;
  if (op === 'gt' || op === 'ge' || op === 'eq') {
    // Against an interval `gt` needs begin ≥ its end; the check of the row leaves out what that lets in too much.
    const first = op === 'eq' ? time.start : op === 'gt' && time.start === time.end ? time.end + 1 : time.end;
    bounds.from = Math.max(bounds.from ?? first, first);
  }
  if (op === 'lt' || op === 'le' || op === 'eq') {
    const end = op === 'lt' && time.start === time.end ? time.start : time.start + 1;
    bounds.to = Math.min(bounds.to ?? end, end);
  }
  return time.start === time.end || op === 'ge' || op === 'le';
}

/** A lower bound is about the start of an interval alone, which is where its row stands: no row need be looked at. */
function saysStart({ op, value }: { readonly op: Bound; readonly value: Value }): boolean {
  const time = timeOf(value);
  return op === 'ge' || (op === 'gt' && time !== null && time.start === time.end);
}

/** A text that is a number bounds too; the check of the row treats texts among the results. */
function boundResult(bounds: Bounds, op: Bound, value: Value): boolean {
  const n =
    typeof value === 'string'
      ? numberOf(value)
      : typeof value === 'bigint' || typeof value === 'number'
        ? Number(value)
        : Number.NaN;
  if (Number.isNaN(n)) return false;
  if (op === 'gt' || op === 'ge' || op === 'eq') {
    const least = op === 'gt' ? nextUp(n) : n;
    bounds.resultMin = Math.max(bounds.resultMin ?? least, least);
  }
  if (op === 'lt' || op === 'le' || op === 'eq') {
    const most = op === 'lt' ? -nextUp(-n) : n;
    bounds.resultMax = Math.min(bounds.resultMax ?? most, most);
  }
  return true;
}

/** The next greater double: the store's bounds are inclusive. */
function nextUp(n: number): number {
  if (n === Number.POSITIVE_INFINITY) return n;
  if (n === 0) return Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, n);
  view.setBigInt64(0, view.getBigInt64(0) + (n > 0 ? 1n : -1n));
  return view.getFloat64(0);
}

/** Ids that no Observation can have are left out. null: the condition does not name ids. */
function idsOf(part: Expression, now: number): bigint[] | null {
  const named = namedIds(part, SET, now);
  if (named === null || named.relations.length > 0) return null;
  const ids = new Set<bigint>();
  for (const value of named.values) {
    const id = typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
    if (typeof id === 'string' && /^\s*\d+\s*$/.test(id)) ids.add(BigInt(id));
    if (typeof id === 'bigint') ids.add(id);
  }
  return [...ids].filter((id) => parseObservationId(id).kind !== 'none');
}
