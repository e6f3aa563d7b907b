/** Rows for tests: batches from objects, and rows read back as objects. */
import { RESULT, type RowBatch } from '../model/index.ts';
import type { Extents, RangeQuery, Rows, TimeseriesStore } from './port.ts';

export interface TestRow {
  readonly ds: number;
  readonly t: number;
  readonly r?: number;
  readonly type?: number;
  readonly rec?: number;
  readonly q?: number;
  readonly x?: string;
}

export interface ReadRow extends Required<TestRow> {
  readonly n: number;
  readonly id: number;
}

export function batchOf(rows: readonly TestRow[]): RowBatch {
  const x = new Map<number, string>();
  rows.forEach((row, i) => {
    if (row.x !== undefined) x.set(i, row.x);
  });
  return {
    length: rows.length,
    ds: Int32Array.from(rows, (row) => row.ds),
    t: Float64Array.from(rows, (row) => row.t),
    r: Float64Array.from(rows, (row) => row.r ?? ((row.type ?? 0) <= RESULT.boolean ? 0 : Number.NaN)),
    type: Uint8Array.from(rows, (row) => row.type ?? RESULT.number),
    rec: Float64Array.from(rows, (row) => row.rec ?? 1),
    q: Uint8Array.from(rows, (row) => row.q ?? 0),
    x,
  };
}

export function readRows(rows: Rows): ReadRow[] {
  return Array.from({ length: rows.length }, (_, i) => ({
    ds: rows.ds[i]!,
    t: rows.t[i]!,
    n: rows.n[i]!,
    r: rows.r[i]!,
    type: rows.type[i]!,
    rec: rows.rec[i]!,
    q: rows.q[i]!,
    id: rows.id[i]!,
    x: rows.x.get(i) ?? '',
  }));
}

export function extentRows({ length, ds, count, firstTime, lastTime }: Extents) {
  return Array.from({ length }, (_, i) => ({
    ds: ds[i]!,
    count: count[i]!,
    firstTime: firstTime[i]!,
    lastTime: lastTime[i]!,
  }));
}

export const everything: RangeQuery = {
  datastreams: null,
  from: null,
  to: null,
  order: 'id',
  offset: 0,
  limit: Number.POSITIVE_INFINITY,
};

export async function scanAll(
  store: Pick<TimeseriesStore, 'scan'>,
  query: Partial<RangeQuery> = {},
): Promise<ReadRow[]> {
  const found: ReadRow[] = [];
  for await (const rows of store.scan({ ...everything, ...query })) found.push(...readRows(rows));
  return found;
}
