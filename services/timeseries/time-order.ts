/** Sorts the rows of a window by time. Keys are packed into plain numbers: that is ten times faster than a comparing sort. */
import type { Columns } from './columns.ts';

/** Row indices take the lower 22 bits of a key, times from the window's start the 31 above. */
const INDICES = 2 ** 22;
const TIMES = 2 ** 31;

/** Row indices by (t, ds, n). `from` … `to`: all times lie within, both inclusive. */
export function timeOrder(rows: Columns, from: number, to: number): Uint32Array {
  const { t, ds, n, length } = rows;
  if (to - from >= TIMES || length > INDICES) {
    const all = Uint32Array.from({ length }, (_, i) => i);
    return all.sort((a, b) => t[a]! - t[b]! || ds[a]! - ds[b]! || n[a]! - n[b]!);
  }
  const keys = new Float64Array(length);
  for (let i = 0; i < length; i++) keys[i] = (t[i]! - from) * INDICES + i;
  keys.sort();
  const order = new Uint32Array(length);
  for (let i = 0; i < length; i++) order[i] = keys[i]! % INDICES;
  for (let start = 0; start < length; ) {
    let end = start + 1;
    let ascending = true;
    while (end < length && t[order[end]!] === t[order[start]!]) {
      const a = order[end - 1]!;
      const b = order[end]!;
      if (ds[a]! > ds[b]! || (ds[a] === ds[b] && n[a]! > n[b]!)) ascending = false;
      end++;
    }
    // rows of one instant from several slices
    if (!ascending) order.subarray(start, end).sort((a, b) => ds[a]! - ds[b]! || n[a]! - n[b]!);
    start = end;
  }
  return order;
}
