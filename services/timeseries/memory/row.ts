/** One row as an object, and its orders. */
import { RESULT } from '../../model/index.ts';
import type { RangeQuery, RowOrder } from '../port.ts';

export interface Row {
  readonly ds: number;
  readonly t: number;
  readonly n: number;
  readonly r: number;
  readonly type: number;
  readonly rec: number;
  readonly q: number;
  readonly id: number;
  readonly x: string | null;
}

export function comparison(order: RowOrder): (a: Row, b: Row) => number {
  switch (order) {
    case 'time':
      return (a, b) => a.t - b.t || a.ds - b.ds || a.n - b.n;
    case '-time':
      return (a, b) => b.t - a.t || b.ds - a.ds || b.n - a.n;
    case 'id':
      return (a, b) => a.ds - b.ds || a.t - b.t || a.n - b.n;
    case '-id':
      return (a, b) => b.ds - a.ds || b.t - a.t || b.n - a.n;
  }
}

export function matches(
  row: Row,
  { from, to, resultMin = null, resultMax = null }: Pick<RangeQuery, 'from' | 'to' | 'resultMin' | 'resultMax'>,
): boolean {
  if (from !== null && row.t < from) return false;
  if (to !== null && row.t >= to) return false;
  if (resultMin === null && resultMax === null) return true;
  if (row.type !== RESULT.number) return false;
  return (resultMin === null || row.r >= resultMin) && (resultMax === null || row.r <= resultMax);
}

/** Index of the first row of one Datastream that is not before `t`. */
export function firstFrom(rows: readonly Row[], t: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.t < t) low = middle + 1;
    else high = middle;
  }
  return low;
}
