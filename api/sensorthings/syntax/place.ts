/** `$skiptoken`: the Observation at which a page ended, so that the next one begins behind it whatever arrives between them. */
import type { Cursor } from './cursor.ts';
import type { Place } from './tree.ts';

const PLACE = /^k(\d{1,15})\.(-?\d{1,15}(?:\.\d+)?)_(\d{1,10})_(\d{1,10})$/;

export function parsePlace(cursor: Cursor): Place {
  const token = cursor.take();
  const m = token.kind === 'name' ? PLACE.exec(token.text) : null;
  if (m === null) throw cursor.error('a mark from a nextLink expected; without it $skip counts', token);
  return { skip: Number(m[1]), t: Number(m[2]), ds: Number(m[3]), n: Number(m[4]) };
}

export function printPlace({ skip, t, ds, n }: Place): string {
  return `k${skip}.${t}_${ds}_${n}`;
}
