/** An Observation's row as writing sees it: with the record that brought it, which an edit must name. */
import type { EditedRow, RowExtra } from '../../../services/model/index.ts';
import type { Rows, TimeseriesStore } from '../../../services/timeseries/index.ts';
import { observationId, parseObservationId } from '../observation-id.ts';

export interface StoredRow extends EditedRow {
  /** null: planned in this very change. */
  readonly rec: number | null;
}

/** What writing asks of the Observations that are there, those on their way to the store among them. */
export type RowSource = Pick<TimeseriesStore, 'at' | 'byAssignedId' | 'byClaim' | 'occupied' | 'scan'>;

/** The @iot.id of a row: assigned, kept from where it stood before, or given by the layout. */
export function idOf({ ds, t, id, x }: Pick<EditedRow, 'ds' | 't' | 'id' | 'x'>): bigint {
  const [ordinal, time] = (id === 0 && x?.k) || [ds, t];
  return observationId({ ds: ordinal, t: time, id });
}

function storedRow(rows: Rows, i: number): StoredRow {
  const text = rows.x.get(i);
  return {
    ds: rows.ds[i]!,
    t: rows.t[i]!,
    n: rows.n[i]!,
    id: rows.id[i]!,
    type: rows.type[i]!,
    r: Number.isNaN(rows.r[i]) ? null : rows.r[i]!,
    q: rows.q[i]!,
    x: text === undefined ? null : (JSON.parse(text) as RowExtra),
    rec: rows.rec[i]!,
  };
}

export function* storedRows(rows: Rows): Generator<StoredRow> {
  for (let i = 0; i < rows.length; i++) yield storedRow(rows, i);
}

/** The row of an @iot.id; null: nobody has it. */
export async function findRow(id: bigint, source: RowSource): Promise<StoredRow | null> {
  const parsed = parseObservationId(id);
  if (parsed.kind === 'none') return null;
  if (parsed.kind === 'assigned') {
    const rows = await source.byAssignedId(parsed.id);
    return rows === null || rows.length === 0 ? null : storedRow(rows, 0);
  }
  for (const row of storedRows(await source.at(parsed.ds, parsed.t))) {
    // further ties without an id of their own are on their way to get one
    if ((row.n === 0 || row.x?.k !== undefined) && idOf(row) === id) return row;
  }
  const moved = await source.byClaim(parsed.ds, parsed.t);
  return moved === null || moved.length === 0 ? null : storedRow(moved, 0);
}
