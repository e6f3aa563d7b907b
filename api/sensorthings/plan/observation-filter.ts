/**
 * What a $filter over Observations asks of whom: the catalogue (which Datastreams), the store (bounds of time and result),
 * and what is left to test row by row.
 */
import { parseObservationId } from '../observation-id.ts';
import { SETS } from '../schema/index.ts';
import type { Expression } from '../syntax/index.ts';
import { compile, compileCondition, constantValue } from './compile.ts';
import { conjuncts, joinConjuncts, mapPaths, pathsOf } from './conjuncts.ts';
import { propertyName, withoutOwnSet } from './path.ts';
import type { Program } from './program.ts';
import { numberOf, timeOf, type Value } from './value.ts';

export interface ObservationFilter {
  /** Condition on the Datastream alone; null: all. */
  readonly datastreams: Program | null;
  /** Inclusive and exclusive bound of phenomenonTime's start, milliseconds; null: open. */
  readonly from: number | null;
  readonly to: number | null;
  /** Inclusive bounds of a numeric result; null: open. */
  readonly resultMin: number | null;
  readonly resultMax: number | null;
  /** `id eq`: the ids that are asked for, of which one row at the most can match. */
  readonly ids: readonly bigint[];
  /** The bounds of time again, for stores that hold intervals: their end counts too. */
  readonly timeCheck: Program | null;
  /** The bounds of result again, for Datastreams whose results are not all numbers. */
  readonly resultCheck: Program | null;
  /** What only the row can tell. */
  readonly rest: Program | null;
}

interface Bounds {
  from: number | null;
  to: number | null;
  resultMin: number | null;
  resultMax: number | null;
}

const SET = SETS.Observations;
const TURNED = { eq: 'eq', gt: 'lt', ge: 'le', lt: 'gt', le: 'ge' } as const;
type Bound = keyof typeof TURNED;

export function planObservationFilter(option: string, filter: Expression | undefined, now: number): ObservationFilter {
  const bounds: Bounds = { from: null, to: null, resultMin: null, resultMax: null };
  const datastream: Expression[] = [];
  const times: Expression[] = [];
  const results: Expression[] = [];
  const rest: Expression[] = [];
  const ids: bigint[] = [];
  // Checked as a whole first, so that messages name the columns of what was written.
  if (filter !== undefined) compileCondition(option, filter, SET);
  for (const part of filter === undefined ? [] : conjuncts(filter)) {
    const bound = boundOf(option, part, now);
    if (isAboutDatastream(part)) datastream.push(mapPaths(part, (s) => withoutOwnSet(s, SET).slice(1)));
    else if (bound?.property === 'phenomenonTime' && boundTime(bounds, bound.op, bound.value)) times.push(part);
    else if (bound?.property === 'result' && boundResult(bounds, bound.op, bound.value)) results.push(part);
    else {
      if (bound?.property === '@iot.id' && bound.op === 'eq') {
        const id = idOf(bound.value);
        if (id !== null) ids.push(id);
      }
      rest.push(part);
    }
  }
  const condition = (parts: readonly Expression[], set = SET) => {
    const joined = joinConjuncts(parts);
    return joined === null ? null : compileCondition(option, joined, set);
  };
  return {
    ...bounds,
    ids,
    datastreams: condition(datastream, SETS.Datastreams),
    timeCheck: condition(times),
    resultCheck: condition(results),
    rest: condition(rest),
  };
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

function isAboutDatastream(e: Expression): boolean {
  const paths = pathsOf(e).map((p) => withoutOwnSet(p.segments, SET));
  return paths.length > 0 && paths.every((s) => s[0] === 'Datastream' && s[1] !== 'Observations');
}

/** `property op constant`, or the other way round. */
function boundOf(option: string, e: Expression, now: number): { property: string; op: Bound; value: Value } | null {
  if (e.kind !== 'binary' || !Object.hasOwn(TURNED, e.op)) return null;
  const op = e.op as Bound;
  return side(option, e.left, e.right, op, now) ?? side(option, e.right, e.left, TURNED[op], now);
}

function side(option: string, path: Expression, other: Expression, op: Bound, now: number) {
  if (path.kind !== 'path') return null;
  const segments = withoutOwnSet(path.segments, SET);
  if (segments.length !== 1) return null;
  const program = compile(option, other, SET);
  return program.constant ? { property: propertyName(segments[0]!), op, value: constantValue(program, now) } : null;
}

/** Bounds of the start; see the meaning of intervals in `value.ts`. */
function boundTime(bounds: Bounds, op: Bound, value: Value): boolean {
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
export function nextUp(n: number): number {
  if (n === Number.POSITIVE_INFINITY) return n;
  if (n === 0) return Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, n);
  view.setBigInt64(0, view.getBigInt64(0) + (n > 0 ? 1n : -1n));
  return view.getFloat64(0);
}

function idOf(value: Value): bigint | null {
  const id =
    typeof value === 'bigint' ? value : typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : null;
  return id === null || parseObservationId(id).kind === 'none' ? null : id;
}
