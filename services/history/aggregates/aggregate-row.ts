/**
 * One hour or day as an Observation: the result is `[mean, minimum, maximum, count]`, null where there is no number; what else
 * longer spans are put together from stands in its parameters.
 */
import { type EditedRow, RESULT, type RowExtra } from '../../model/index.ts';
import type { Sums } from './sums.ts';

interface Parameters {
  /** Sum of the numeric results, the first and the last one. */
  readonly sum?: number;
  readonly first?: number;
  readonly last?: number;
  /** How many results are numeric, where not all are. */
  readonly numbers?: number;
}

/** `start`, `end`: of the span, milliseconds. `id`: an assigned @iot.id to keep, or 0. */
export function aggregateRow(ds: number, start: number, end: number, sums: Sums, id: number): EditedRow {
  return { ds, t: start, n: 0, id, type: RESULT.object, r: null, q: 0, x: extraOf(sums, end) };
}

export function extraOf({ count, numbers, sum, min, max, first, last }: Sums, end: number): RowExtra {
  const p: Parameters = {
    ...(numbers === 0 ? {} : { sum, first, last }),
    ...(numbers === count ? {} : { numbers }),
  };
  const v = numbers === 0 ? [null, null, null, count] : [sum / numbers, min, max, count];
  // what it says was known when the span was over
  return { v, e: end, rt: end, ...(Object.keys(p).length === 0 ? {} : { p }) };
}

/** null: this is no aggregate of the hub. */
export function sumsOf(x: RowExtra): Sums | null {
  const { v, p } = x;
  if (!Array.isArray(v) || v.length !== 4 || typeof v[3] !== 'number') return null;
  const count = v[3];
  const { sum, first, last, numbers = count } = (p ?? {}) as Parameters;
  if (sum == null) return { ...NO_NUMBERS, count };
  return { count, numbers, sum, min: Number(v[1]), max: Number(v[2]), first: first!, last: last! };
}

const NO_NUMBERS = {
  numbers: 0,
  sum: Number.NaN,
  min: Number.NaN,
  max: Number.NaN,
  first: Number.NaN,
  last: Number.NaN,
};

/** Does an Observation say the same? */
export function saysSame(x: RowExtra, sums: Sums, end: number): boolean {
  if (x.e !== end) return false;
  const known = sumsOf(x);
  if (known === null) return false;
  return (Object.keys(known) as (keyof Sums)[]).every((key) => sameNumber(known[key], sums[key]));
}

/** JSON has no −0 and no NaN. */
function sameNumber(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}
