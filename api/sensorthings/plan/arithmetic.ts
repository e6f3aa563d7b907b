/** add, sub, mul, div, mod over numbers, times and durations [STA table 22]. null: no value, also for division by zero. */
import { type BinaryOperator, Duration, Time } from '../syntax/index.ts';
import { timeOf, type Value } from './value.ts';

export type ArithmeticOperator = Extract<BinaryOperator, 'add' | 'sub' | 'mul' | 'div' | 'mod'>;

export function compute(op: ArithmeticOperator, a: Value, b: Value): Value {
  if (a === null || b === null) return null;
  if (b instanceof Duration) {
    if (a instanceof Duration) return addDurations(op, a, b);
    if (op === 'mul' && isNumeric(a)) return scale(b, Number(a));
    const time = timeOf(a);
    return time === null ? null : shift(time, b, op === 'add' ? 1 : op === 'sub' ? -1 : 0);
  }
  if (a instanceof Duration) {
    if (isNumeric(b))
      return op === 'mul' ? scale(a, Number(b)) : op === 'div' && Number(b) !== 0 ? scale(a, 1 / Number(b)) : null;
    return op === 'add' && b instanceof Time ? shift(b, a, 1) : null;
  }
  if (a instanceof Time || b instanceof Time) {
    const x = timeOf(a);
    const y = timeOf(b);
    return op === 'sub' && x !== null && y !== null ? new Duration(0, x.start - y.start) : null;
  }
  return isNumeric(a) && isNumeric(b) ? numbers(op, Number(a), Number(b)) : null;
}

const isNumeric = (v: Value): v is number | bigint => typeof v === 'number' || typeof v === 'bigint';

function numbers(op: ArithmeticOperator, a: number, b: number): number | null {
  switch (op) {
    case 'add':
      return finite(a + b);
    case 'sub':
      return finite(a - b);
    case 'mul':
      return finite(a * b);
    case 'div':
      return finite(a / b);
    case 'mod':
      return finite(a % b);
  }
}

function finite(n: number): number | null {
  return Number.isFinite(n) ? n : null;
}

function addDurations(op: ArithmeticOperator, a: Duration, b: Duration): Duration | null {
  if (op !== 'add' && op !== 'sub') return null;
  const sign = op === 'add' ? 1 : -1;
  return new Duration(a.months + sign * b.months, a.ms + sign * b.ms);
}

function scale(d: Duration, by: number): Duration {
  return new Duration(Math.round(d.months * by), Math.round(d.ms * by));
}

function shift(t: Time, d: Duration, sign: -1 | 0 | 1): Time | null {
  if (sign === 0) return null;
  const move = (ms: number) => addMonths(ms, sign * d.months) + sign * d.ms;
  const moved = new Time(move(t.start), move(t.end));
  return Number.isNaN(moved.start) || Number.isNaN(moved.end) ? null : moved;
}

/** 31 January and a month is the last day of February. */
function addMonths(ms: number, months: number): number {
  if (months === 0) return ms;
  const date = new Date(ms);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime();
}
