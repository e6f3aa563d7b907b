/** The last row of each Datastream, those that wait among them. */
import { Columns } from '../columns.ts';
import type { Rows } from '../port.ts';
import { type Candidates, hides, type Instant, type PendingRow } from './candidates.ts';
import type { ObservationSource } from './source.ts';

interface Best {
  readonly instant: Instant;
  readonly row: PendingRow;
}

/** `ids`: ascending. `both`: store and overlay, asked where the store's last row does not show any more. */
export async function lastRows(
  { instants, dropped }: Candidates,
  ids: readonly number[],
  store: Pick<ObservationSource, 'last'>,
  both: Pick<ObservationSource, 'scan'>,
): Promise<Rows> {
  const best = new Map<number, Best>();
  const at = new Map<number, Map<number, Instant>>();
  for (const instant of instants) {
    const { ds, t, rows } = instant;
    let times = at.get(ds);
    if (times === undefined) {
      times = new Map();
      at.set(ds, times);
    }
    times.set(t, instant);
    // instants come by (ds, t), rows by n: the last one is the best
    const row = rows.at(-1);
    if (row !== undefined) best.set(ds, { instant, row });
  }
  const stored = await store.last(ids.filter((ds) => !dropped.has(ds)));
  const columns = new Columns(ids.length);
  let i = 0;
  for (const ds of ids) {
    const mine = best.get(ds);
    const has = i < stored.length && stored.ds[i] === ds;
    if (!has) {
      if (mine !== undefined) push(columns, mine);
      continue;
    }
    const t = stored.t[i]!;
    const row = { n: stored.n[i]!, rec: stored.rec[i]! };
    const instant = at.get(ds)?.get(t);
    const hidden = instant !== undefined && hides(instant, row);
    const isBefore = mine !== undefined && (t < mine.instant.t || (t === mine.instant.t && row.n <= mine.row.n));
    if (isBefore) push(columns, mine);
    else if (!hidden) columns.copy(stored, i);
    else await copyLast(columns, ds, both);
    i++;
  }
  return columns.take();
}

function push(columns: Columns, { instant, row }: Best): void {
  const { n, r, type, rec, q, id, x } = row;
  columns.push(instant.ds, instant.t, n, r, type, rec, q, id, x);
}

async function copyLast(columns: Columns, ds: number, both: Pick<ObservationSource, 'scan'>): Promise<void> {
  const query = { datastreams: [ds], from: null, to: null, order: '-id', offset: 0, limit: 1 } as const;
  for await (const rows of both.scan(query)) if (rows.length > 0) return columns.copy(rows, 0);
}
