/** Removed rows of all partitions in one order, a page at a time, for a move to another store. */

import { type BuriedKey, PlaceColumns, type PlainPlaces } from '../places.ts';
import type { ReaderStore } from './reader-store.ts';

/** The next `limit` by (ds, t, n, rec) behind `after`. */
export function* buried(
  { partitions }: ReaderStore,
  after: BuriedKey | null,
  limit: number,
): Generator<void, PlainPlaces> {
  let found: BuriedKey[] = [];
  for (const span of partitions.all) {
    const page = partitions.open(span).removedBehind(after, limit);
    yield;
    if (page.length === 0) continue;
    found = [...found, ...page].sort(byKey).slice(0, limit);
  }
  const places = new PlaceColumns();
  for (const [ds, t, n, rec] of found) places.push(ds, t, n, rec);
  return places.take();
}

function byKey(a: BuriedKey, b: BuriedKey): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3];
}
