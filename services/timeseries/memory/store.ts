/** The port in its simplest form: one sorted array per Datastream. It is the reference that other adapters are held against. */
import { randomUUID } from 'node:crypto';
import type { EditBatch, EditedRow, RowBatch } from '../../model/index.ts';
import { Aggregation } from '../aggregation.ts';
import { checkBatch, checkEdits, checkPlaced, checkRevision } from '../check.ts';
import { CHUNK_ROWS, Columns } from '../columns.ts';
import { intervalEnd } from '../extra.ts';
import { needsAssignedId } from '../identity.ts';
import type {
  AggregateQuery,
  Aggregates,
  Capabilities,
  Conflict,
  Expiry,
  Extents,
  Places,
  RangeQuery,
  RejectedEdit,
  Revision,
  Rows,
  TimeseriesStore,
  WriteOptions,
  WriteReport,
} from '../port.ts';
import { RefusedPuts } from '../refused-puts.ts';
import { nextTie } from '../ties.ts';
import { Editing } from './editing.ts';
import { Ids } from './ids.ts';
import { Placing } from './placing.ts';
import { Revising } from './revising.ts';
import { comparison, matches, type Row } from './row.ts';
import { Stream } from './stream.ts';

export interface MemoryLimits {
  /** Why a row of the API is refused for good, as other stores refuse some; null: it is taken. Left out: all are. */
  readonly refuses?: (row: EditedRow) => string | null;
}

export class MemoryStore implements TimeseriesStore {
  readonly capabilities: Capabilities = { edit: null, span: null };
  readonly identity = randomUUID();
  readonly #streams = new Map<number, Stream>();
  readonly #ids = new Ids();
  readonly #dropped = new Set<number>();
  readonly #editing = new Editing(this.#streams, this.#ids, this.#dropped);
  readonly #placing = new Placing(this.#streams, this.#ids, this.#dropped);
  readonly #revising = new Revising(this.#streams, this.#ids);
  readonly #refuses: Required<MemoryLimits>['refuses'];

  constructor({ refuses = () => null }: MemoryLimits = {}) {
    this.#refuses = refuses;
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async write(batch: RowBatch, { mode = 'first' }: WriteOptions = {}): Promise<WriteReport> {
    checkBatch(batch);
    const conflicts: Conflict[] = [];
    let replayed = 0;
    for (let i = 0; i < batch.length; i++) {
      const ds = batch.ds[i]!;
      const taken = this.#streams.get(ds)?.occupants(batch.t[i]!) ?? [];
      if (this.#dropped.has(ds) || taken.some((row) => row.rec === batch.rec[i])) replayed++;
      else if (mode === 'first' && taken.length > 0) conflicts.push({ index: i, records: taken.map((row) => row.rec) });
      else this.#insert(batch, i, nextTie(taken));
    }
    return { inserted: batch.length - replayed - conflicts.length, replayed, conflicts };
  }

  async edit(batches: readonly EditBatch[]): Promise<readonly RejectedEdit[]> {
    checkEdits(batches);
    const puts = new RefusedPuts();
    const refused: RejectedEdit[] = [];
    for (const batch of batches) {
      const { left, rejected } = puts.leave(batch, (row) => (this.#dropped.has(row.ds) ? null : this.#refuses(row)));
      for (const { edit, rec } of left) this.#editing.apply(edit, rec);
      refused.push(...rejected);
    }
    return refused;
  }

  async revise(revision: Revision): Promise<{ changed: number; removed: number }> {
    checkRevision(revision);
    return this.#revising.revise(revision);
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

  async expire({ datastreams, except = [], from, before }: Expiry): Promise<number> {
    const spared = new Set(except);
    let gone = 0;
    for (const ds of [...(datastreams ?? this.#streams.keys())]) {
      const rows = spared.has(ds)
        ? []
        : (this.#streams.get(ds)?.expire(from ?? Number.NEGATIVE_INFINITY, before) ?? []);
      for (const row of rows) this.#ids.release(row);
      gone += rows.length;
    }
    return gone;
  }

  async byAssignedId(id: number): Promise<Rows | null> {
    const row = this.#ids.assigned(id);
    return row === null ? null : rowsOf([row]);
  }

  async byClaim(ds: number, t: number): Promise<Rows | null> {
    const row = this.#ids.claim(ds, t);
    return row === null ? null : rowsOf([row]);
  }

  async at(ds: number, t: number): Promise<Rows> {
    return rowsOf(this.#streams.get(ds)?.at(t) ?? []);
  }

  async occupied(ds: number, times: readonly number[]): Promise<readonly boolean[]> {
    const stream = this.#streams.get(ds);
    return times.map((t) => stream !== undefined && stream.occupants(t).length > 0);
  }

  async extents(datastreams: readonly number[] | null): Promise<Extents> {
    const found = this.#withRows(datastreams);
    return {
      length: found.length,
      ds: found.map(([ds]) => ds),
      count: found.map(([, rows]) => rows.length),
      firstTime: found.map(([, rows]) => rows[0]!.t),
      lastTime: found.map(([, rows]) =>
        rows.reduce((end, row) => Math.max(end, intervalEnd(row.x) ?? row.t), rows.at(-1)!.t),
      ),
    };
  }

  async aggregate(query: AggregateQuery): Promise<Aggregates> {
    const aggregation = new Aggregation(query);
    for (const { ds, t, n, type, r } of this.#select(query)) aggregation.add(ds, t, n, type, r);
    return aggregation.finish();
  }

  async last(datastreams: readonly number[]): Promise<Rows> {
    return rowsOf(this.#withRows(datastreams).map(([, rows]) => rows.at(-1)!));
  }

  async place(rows: Rows): Promise<void> {
    checkPlaced(rows);
    this.#placing.place(rows);
  }

  async *tombstones(after: { readonly ds: number; readonly t: number } | null): AsyncGenerator<Places> {
    yield* this.#placing.tombstones(after);
  }

  async bury(places: Places): Promise<void> {
    this.#placing.bury(places);
  }

  async dropped(): Promise<readonly number[]> {
    return [...this.#dropped].sort((a, b) => a - b);
  }

  #insert(batch: RowBatch, i: number, n: number): void {
    const ds = batch.ds[i]!;
    const t = batch.t[i]!;
    const id = needsAssignedId(ds, t, n) ? this.#ids.give(batch.rec[i]!, ds, t) : 0;
    const type = batch.type[i]!;
    // `+ 0` makes −0 to 0, as SQLite does; text, objects and none have no number
    const r = type <= 1 ? batch.r[i]! + 0 : Number.NaN;
    const row = { ds, t, n, r, type, rec: batch.rec[i]!, q: batch.q[i]!, id, x: batch.x.get(i) ?? null };
    const stream = this.#streams.get(ds) ?? new Stream();
    this.#streams.set(ds, stream);
    stream.add(row);
    this.#ids.hold(row);
  }

  /** Datastreams by id, those without rows left out. */
  #withRows(datastreams: readonly number[] | null): [ds: number, rows: readonly Row[]][] {
    const ids = [...new Set(datastreams ?? this.#streams.keys())].sort((a, b) => a - b);
    return ids.flatMap((ds) => {
      const rows = this.#streams.get(ds)?.rows ?? [];
      return rows.length === 0 ? [] : [[ds, rows] as [number, readonly Row[]]];
    });
  }

  #select(query: Parameters<typeof matches>[1] & Pick<RangeQuery, 'datastreams'>): Row[] {
    const ids = query.datastreams ?? this.#streams.keys();
    const found: Row[] = [];
    for (const ds of ids) for (const row of this.#streams.get(ds)?.rows ?? []) if (matches(row, query)) found.push(row);
    return found;
  }
}

function rowsOf(rows: readonly Row[]): Rows {
  const columns = new Columns(rows.length);
  for (const { ds, t, n, r, type, rec, q, id, x } of rows) columns.push(ds, t, n, r, type, rec, q, id, x);
  return columns.take();
}
