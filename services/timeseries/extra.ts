/** What the store itself reads of a row's rare JSON. Most of it is not parsed for that. */
import type { RowExtra } from '../model/index.ts';

/** The (ds, t) whose @iot.id the row has kept; null: none. */
export function claimOf(x: string | null): readonly [ds: number, t: number] | null {
  if (x === null || !x.includes('"k"')) return null;
  return (JSON.parse(x) as RowExtra).k ?? null;
}

/** End of an interval, milliseconds; null: the row is an instant. */
export function intervalEnd(x: string | null): number | null {
  if (x === null || !x.includes('"e"')) return null;
  const end = (JSON.parse(x) as RowExtra).e;
  return typeof end === 'number' ? end : null;
}
