/** Values of expressions and how they compare [STA 9.3.3.5.1]. */
import { parseTime } from '../../../services/model/index.ts';
import { type BinaryOperator, DayTime, Duration, Time } from '../syntax/index.ts';
import type { Geometry } from './geometry/index.ts';

export type Value = null | boolean | number | bigint | string | Time | Duration | DayTime | Geometry | object;
export type Comparison = Extract<BinaryOperator, 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'>;

const isNumeric = (v: Value): v is number | bigint => typeof v === 'number' || typeof v === 'bigint';

/** A quoted number compares as a number: `result gt '3'`. NaN where the text is none. */
export function numberOf(text: string): number {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(text) ? Number(text) : Number.NaN;
}

/** null where one side has no value or the types don't fit: then nothing but `ne` holds. */
function order(a: Value, b: Value): number | null {
  if (isNumeric(a) && isNumeric(b)) return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (isNumeric(a) && typeof b === 'string') return order(a, finite(numberOf(b)));
  if (typeof a === 'string' && isNumeric(b)) return order(finite(numberOf(a)), b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof DayTime && b instanceof DayTime) return Math.sign(a.ms - b.ms);
  if (a instanceof Duration && b instanceof Duration) return Math.sign(length(a) - length(b));
  return null;
}

function finite(n: number): number | null {
  return Number.isNaN(n) ? null : n;
}

/** Months count as 30.436875 days, the mean of the Gregorian calendar. */
function length(d: Duration): number {
  return d.months * 2_629_746_000 + d.ms;
}

/** A Time, or a text that is one; null else. */
export function timeOf(v: Value): Time | null {
  if (v instanceof Time) return v;
  if (typeof v !== 'string') return null;
  const [from, to] = v.split('/');
  const start = parseTime(from!);
  const end = to === undefined ? start : parseTime(to);
  return Number.isNaN(start) || Number.isNaN(end) ? null : new Time(start, end);
}

export function compare(op: Comparison, a: Value, b: Value): boolean {
  if (a === null || b === null) return op === 'eq' ? a === b : op === 'ne' ? a !== b : false;
  if (a instanceof Time || b instanceof Time) return compareTimes(op, timeOf(a), timeOf(b));
  const o = order(a, b);
  if (o === null) return op === 'ne';
  switch (op) {
    case 'eq':
      return o === 0;
    case 'ne':
      return o !== 0;
    case 'gt':
      return o > 0;
    case 'ge':
      return o >= 0;
    case 'lt':
      return o < 0;
    case 'le':
      return o <= 0;
  }
}

/** Intervals: `lt` means over by then, `gt` begun after; `eq` both ends. On instants the usual order. */
function compareTimes(op: Comparison, a: Time | null, b: Time | null): boolean {
  if (a === null || b === null) return op === 'ne';
  switch (op) {
    case 'eq':
      return a.start === b.start && a.end === b.end;
    case 'ne':
      return a.start !== b.start || a.end !== b.end;
    case 'gt':
      return b.end <= a.start && b.start < a.start;
    case 'ge':
      return b.end <= a.start;
    case 'lt':
      return a.end <= b.start && a.start < b.start;
    case 'le':
      return a.end <= b.start;
  }
}

/** Order for $orderby: nulls first, then by type, then by value; 0 where two can't be told apart. */
export function sortOrder(a: Value, b: Value): number {
  const ra = rank(a);
  const rb = rank(b);
  if (ra !== rb) return ra - rb;
  if (a instanceof Time && b instanceof Time) return a.start - b.start || a.end - b.end;
  return order(a, b) ?? 0;
}

function rank(v: Value): number {
  if (v === null) return 0;
  if (typeof v === 'boolean') return 1;
  if (isNumeric(v)) return 2;
  if (v instanceof Time) return 3;
  if (v instanceof DayTime || v instanceof Duration) return 4;
  return typeof v === 'string' ? 5 : 6;
}
