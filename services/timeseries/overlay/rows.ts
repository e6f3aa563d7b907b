/** Rows as objects and back, where they are few. */
import { Columns } from '../columns.ts';
import type { Rows } from '../port.ts';
import { hides, type Instant, type PendingRow, rowOfPut } from './candidates.ts';
import type { PendingPut } from './pending-edits.ts';

export function pendingRows(rows: Rows): PendingRow[] {
  return Array.from({ length: rows.length }, (_, i) => ({
    n: rows.n[i]!,
    id: rows.id[i]!,
    type: rows.type[i]!,
    r: rows.r[i]!,
    q: rows.q[i]!,
    x: rows.x.get(i) ?? null,
    rec: rows.rec[i]!,
  }));
}

/** What stands at an instant, by n. */
export function joined(instant: Instant, stored: Rows): Rows {
  const rows = [...instant.rows, ...pendingRows(stored).filter((row) => !hides(instant, row))];
  const columns = new Columns(rows.length);
  for (const { n, id, type, r, q, x, rec } of rows.sort((a, b) => a.n - b.n))
    columns.push(instant.ds, instant.t, n, r, type, rec, q, id, x);
  return columns.take();
}

export function rowOf(put: PendingPut): Rows {
  const columns = new Columns(1);
  const { n, id, type, r, q, x, rec } = rowOfPut(put);
  columns.push(put.row.ds, put.row.t, n, r, type, rec, q, id, x);
  return columns.take();
}
