/** The port in its simplest form: one sorted array per Datastream. It is the reference that other adapters are held against. */
import type { RowBatch } from '../../model/index.ts';
import { checkBatch } from '../check.ts';
import { CHUNK_ROWS, Columns } from '../columns.ts';
import { needsAssignedId } from '../identity.ts';
import type { Conflict, Extent, RangeQuery, Rows, TimeseriesStore, WriteOptions, WriteReport } from '../port.ts';
import { comparison, firstFrom, insertSorted, matches, type Row } from './row.ts';

export class MemoryStore implements TimeseriesStore {
  readonly capabilities = { delete: false, longRange: true } as const;
  readonly #streams = new Map<number, Row[]>();
  readonly #assigned = new Map<number, Row>();

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async write(batch: RowBatch, { mode = 'first' }: WriteOptions = {}): Promise<WriteReport> {
    checkBatch(batch);
    const conflicts: Conflict[] = [];
    let replayed = 0;
    for (let i = 0; i < batch.length; i++) {
      const beside = this.#at(batch.ds[i]!, batch.t[i]!);
      if (beside.some((row) => row.rec === batch.rec[i])) replayed++;
      else if (mode === 'first' && beside.length > 0)
        conflicts.push({ index: i, records: beside.map((row) => row.rec) });
      else this.#insert(batch, i, beside.length);
    }
    return { inserted: batch.length - replayed - conflicts.length, replayed, conflicts };
  }

  async *scan(query: RangeQuery): AsyncGenerator<Rows> {
    const found = this.#select(query)
      .sort(comparison(query.order))
      .slice(query.offset, query.offset + query.limit);
    for (let start = 0; start < found.length; start += CHUNK_ROWS) yield rowsOf(found.slice(start, start + CHUNK_ROWS));
  }

  async count(query: RangeQuery): Promise<number> {
    return this.#select(query).length;
  }

  async byAssignedId(id: number): Promise<Rows | null> {
    const row = this.#assigned.get(id);
    return row === undefined ? null : rowsOf([row]);
  }

  async at(ds: number, t: number): Promise<Rows> {
    return rowsOf(this.#at(ds, t));
  }

  async extent(ds: number): Promise<Extent | null> {
    const rows = this.#streams.get(ds);
    if (rows === undefined) return null;
    return { count: rows.length, firstTime: rows[0]!.t, lastTime: rows[rows.length - 1]!.t };
  }

  async last(datastreams: readonly number[]): Promise<Rows> {
    const ids = [...new Set(datastreams)].filter((ds) => this.#streams.has(ds)).sort((a, b) => a - b);
    return rowsOf(ids.map((ds) => this.#streams.get(ds)!.at(-1)!));
  }

  #at(ds: number, t: number): Row[] {
    const rows = this.#streams.get(ds) ?? [];
    return rows.slice(firstFrom(rows, t), firstFrom(rows, t + 1));
  }

  #insert(batch: RowBatch, i: number, n: number): void {
    const ds = batch.ds[i]!;
    const t = batch.t[i]!;
    const id = needsAssignedId(ds, t, n) ? this.#assigned.size + 1 : 0;
    const type = batch.type[i]!;
    // `+ 0` makes −0 to 0, as SQLite does; text, objects and none have no number
    const r = type <= 1 ? batch.r[i]! + 0 : Number.NaN;
    const row = { ds, t, n, r, type, rec: batch.rec[i]!, q: batch.q[i]!, id, x: batch.x.get(i) ?? null };
    if (id !== 0) this.#assigned.set(id, row);
    const rows = this.#streams.get(ds);
    if (rows === undefined) this.#streams.set(ds, [row]);
    else insertSorted(rows, row);
  }

  #select(query: RangeQuery): Row[] {
    const ids = query.datastreams ?? this.#streams.keys();
    const found: Row[] = [];
    for (const ds of ids) for (const row of this.#streams.get(ds) ?? []) if (matches(row, query)) found.push(row);
    return found;
  }
}

function rowsOf(rows: readonly Row[]): Rows {
  const columns = new Columns(rows.length);
  for (const { ds, t, n, r, type, rec, q, id, x } of rows) columns.push(ds, t, n, r, type, rec, q, id, x);
  return columns.take();
}
