/** Sorts rows that were gathered partition by partition, in the order of time, by Datastream. */
import type { Columns } from '../columns.ts';
import { sortRows } from './sort.ts';

/** Row indices by (ds, t, n). */
export function idOrder({ ds, t, n, length }: Columns): Uint32Array {
  const rows = new Uint32Array(length);
  for (let i = 0; i < length; i++) rows[i] = i;
  const order = sortRows(rows, { ds, t });
  for (let start = 0; start < length; ) {
    let end = start + 1;
    let ascending = true;
    for (; end < length && isSame(order[end]!, order[start]!); end++)
      ascending &&= n[order[end - 1]!]! < n[order[end]!]!;
    // rows of one instant from several slices
    if (!ascending) order.subarray(start, end).sort((a, b) => n[a]! - n[b]!);
    start = end;
  }
  return order;

  function isSame(a: number, b: number): boolean {
    return ds[a] === ds[b] && t[a] === t[b];
  }
}
