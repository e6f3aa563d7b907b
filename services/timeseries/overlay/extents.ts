/** Extents of the store, widened by the rows that wait. */
import type { Extents } from '../port.ts';
import type { Candidates } from './candidates.ts';

interface Extent {
  count: number;
  first: number;
  last: number;
}

/** null: something waits that may narrow an extent, and only the store can say to what. */
export async function joinedExtents(
  { instants, dropped }: Candidates,
  stored: () => Promise<Extents>,
): Promise<Extents | null> {
  if (dropped.size > 0 || instants.some(({ certain }) => !certain)) return null;
  const added = new Map<number, Extent>();
  for (const { ds, t, rows } of instants) {
    if (rows.length === 0) continue;
    let end = t;
    for (const { x } of rows) if (x !== null) end = Math.max(end, (JSON.parse(x) as { e?: number }).e ?? t);
    const known = added.get(ds);
    if (known === undefined) added.set(ds, { count: rows.length, first: t, last: end });
    else {
      known.count += rows.length;
      known.first = Math.min(known.first, t);
      known.last = Math.max(known.last, end);
    }
  }
  const found = await stored();
  const rows: (Extent & { readonly ds: number })[] = [];
  for (let i = 0; i < found.length; i++) {
    const ds = found.ds[i]!;
    const more = added.get(ds);
    added.delete(ds);
    rows.push({
      ds,
      count: found.count[i]! + (more?.count ?? 0),
      first: Math.min(found.firstTime[i]!, more?.first ?? Number.POSITIVE_INFINITY),
      last: Math.max(found.lastTime[i]!, more?.last ?? Number.NEGATIVE_INFINITY),
    });
  }
  for (const [ds, extent] of added) rows.push({ ds, ...extent });
  rows.sort((a, b) => a.ds - b.ds);
  return {
    length: rows.length,
    ds: Int32Array.from(rows, ({ ds }) => ds),
    count: Float64Array.from(rows, ({ count }) => count),
    firstTime: Float64Array.from(rows, ({ first }) => first),
    lastTime: Float64Array.from(rows, ({ last }) => last),
  };
}
