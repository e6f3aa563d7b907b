/**
 * The embedded store [docs/semantics.md]: one thread writes, one reads, this class asks them. Rows stand in partitions (files per
 * week), in each of them in slices (tables of about a million rows, because inserts into larger ones get slow).
 */
import { type Clock, CodedError, type EditBatch, type RowBatch } from '../../model/index.ts';
import { checkBatch, checkEdits } from '../check.ts';
import { Columns } from '../columns.ts';
import type { Options } from '../options.ts';
import type {
  AggregateQuery,
  Aggregates,
  Capabilities,
  Extents,
  RangeQuery,
  RejectedEdit,
  Rows,
  TimeseriesStore,
  WriteOptions,
  WriteReport,
} from '../port.ts';
import type {
  ChangedMessage,
  Chunk,
  Packed,
  Question,
  ToReader,
  ToWriter,
  WorkerSettings,
  WriteRequest,
} from './protocol.ts';
import { Thread } from './thread.ts';

export interface SqliteStorePorts {
  /** Made when it does not exist. One hub per folder. */
  readonly folder: string;
  readonly options: Options;
  readonly clock: Clock;
  /** A thread of the store ended by itself: nothing can be stored or read until the next start. */
  readonly onFailure?: (error: CodedError) => void;
}

interface Threads {
  readonly writer: Thread<ToWriter>;
  readonly reader: Thread<ToReader>;
}

export class SqliteStore implements TimeseriesStore {
  readonly capabilities: Capabilities = { edit: null, span: null };
  readonly #ports: SqliteStorePorts;
  #threads: Threads | null = null;
  #waitingRows = 0;
  #scans = 0;
  #identity = '';

  constructor(ports: SqliteStorePorts) {
    this.#ports = ports;
  }

  get identity(): string {
    return this.#identity;
  }

  /** Rejects with hub.storage and the file's name where a file is damaged, foreign or can't be opened. */
  async start(): Promise<void> {
    const { folder, options, clock, onFailure } = this.#ports;
    const settings: WorkerSettings = { folder, options, now: clock.now() };
    const failed = (error: CodedError): void => {
      if (this.#threads !== null) onFailure?.(error);
    };
    const partition = (name: string): void => reader.say({ kind: 'partition', name });
    const changed = (message: ChangedMessage): void =>
      reader.say(
        message,
        message.changes.flatMap(({ ds, cells }) => [ds.buffer, cells.buffer]),
      );
    const ports = { settings, failed, partition, changed };
    const reader = new Thread<ToReader>({ ...ports, url: new URL('./reader.ts', import.meta.url) });
    const writer = new Thread<ToWriter>({ ...ports, url: new URL('./writer.ts', import.meta.url) });
    try {
      const facts = await writer.ready;
      this.#identity = facts!.identity;
      reader.say({ kind: 'facts', facts: facts! });
      await reader.ready;
    } catch (error) {
      await Promise.all([reader.kill(), writer.kill()]);
      throw error;
    }
    this.#threads = { writer, reader };
  }

  /** Writes under way are finished; scans under way reject with hub.busy. */
  async stop(): Promise<void> {
    const threads = this.#threads;
    this.#threads = null;
    if (threads === null) return;
    // the reader first: the last one to close a file copies its log into it, and the reader may not write
    await threads.reader.stop();
    await threads.writer.stop();
  }

  async write(batch: RowBatch, { mode = 'first' }: WriteOptions = {}): Promise<WriteReport> {
    const { options } = this.#ports;
    if (batch.length > options.maxBatchRows) {
      const detail = `${batch.length} rows in one write, timeseries.maxBatchRows allows ${options.maxBatchRows}`;
      throw new CodedError('query.limit', detail);
    }
    checkBatch(batch);
    const { writer } = this.#running();
    if (batch.length === 0) return { inserted: 0, replayed: 0, conflicts: [] };
    if (this.#waitingRows > 0 && this.#waitingRows + batch.length > options.queueRows) {
      throw new CodedError(
        'hub.busy',
        `${this.#waitingRows} rows wait for the disk, timeseries.queueRows allows ${options.queueRows}`,
      );
    }
    const request = copyOf(batch, mode, writer.nextSeq());
    const { ds, t, r, type, rec, q } = request;
    this.#waitingRows += batch.length;
    try {
      return await writer.ask<WriteReport>(request, [ds.buffer, t.buffer, r.buffer, type.buffer, rec.buffer, q.buffer]);
    } finally {
      this.#waitingRows -= batch.length;
    }
  }

  /** Edits of about a thousand rows share a transaction; a deleted Datastream's rows go in short steps beside other writes. */
  async edit(batches: readonly EditBatch[]): Promise<readonly RejectedEdit[]> {
    checkEdits(batches);
    const { writer } = this.#running();
    if (batches.every(({ edits }) => edits.length === 0)) return [];
    const edits = batches.reduce((sum, batch) => sum + batch.edits.length, 0);
    const { queueRows } = this.#ports.options;
    if (this.#waitingRows > 0 && this.#waitingRows + edits > queueRows) {
      const detail = `${this.#waitingRows} rows wait for the disk, timeseries.queueRows allows ${queueRows}`;
      throw new CodedError('hub.busy', detail);
    }
    this.#waitingRows += edits;
    try {
      await writer.ask<void>({ kind: 'edit', seq: writer.nextSeq(), batches });
      return [];
    } finally {
      this.#waitingRows -= edits;
    }
  }

  async *scan(query: RangeQuery): AsyncGenerator<Rows> {
    const { reader } = this.#running();
    const { maxScans } = this.#ports.options;
    if (this.#scans >= maxScans)
      throw new CodedError('hub.busy', `${this.#scans} queries under way, timeseries.maxScans allows ${maxScans}`);
    this.#scans++;
    const seq = reader.nextSeq();
    let next: Promise<Chunk> | null = reader.ask<Chunk>({ kind: 'scan', seq, query: packed(query) });
    try {
      while (next !== null) {
        const { rows, done } = await next;
        next = null;
        // one chunk ahead: the reader fills it while the caller works on this one
        if (!done) {
          next = reader.ask<Chunk>({ kind: 'more', seq });
          next.catch(() => {});
        }
        yield rows;
      }
    } finally {
      this.#scans--;
      if (next !== null) {
        reader.forget(seq);
        reader.say({ kind: 'end', seq });
      }
    }
  }

  async count(query: RangeQuery): Promise<number> {
    return this.#ask({ ask: 'count', query: packed(query) });
  }

  async byAssignedId(id: number): Promise<Rows | null> {
    return this.#ask({ ask: 'byAssignedId', id });
  }

  async at(ds: number, t: number): Promise<Rows> {
    return this.#ask({ ask: 'at', ds, t });
  }

  async byClaim(ds: number, t: number): Promise<Rows | null> {
    return this.#ask({ ask: 'byClaim', ds, t });
  }

  async occupied(ds: number, times: readonly number[]): Promise<readonly boolean[]> {
    return this.#ask({ ask: 'occupied', ds, times });
  }

  async extents(datastreams: readonly number[] | null): Promise<Extents> {
    return this.#ask({ ask: 'extents', datastreams: datastreams === null ? null : idsOf(datastreams) });
  }

  async aggregate(query: AggregateQuery): Promise<Aggregates> {
    return this.#ask({ ask: 'aggregate', query: packed(query) });
  }

  async last(datastreams: readonly number[]): Promise<Rows> {
    if (datastreams.length === 0) return new Columns(0).take();
    return this.#ask({ ask: 'last', datastreams: idsOf(datastreams) });
  }

  #ask<T>(question: Question): Promise<T> {
    const { reader } = this.#running();
    return reader.ask<T>({ kind: 'question', seq: reader.nextSeq(), question });
  }

  #running(): Threads {
    if (this.#threads === null) throw new CodedError('hub.busy', 'The time-series store is not running.');
    return this.#threads;
  }
}

function packed<Query extends { readonly datastreams: readonly number[] | null }>(query: Query): Packed<Query> {
  const { datastreams } = query;
  return { ...query, datastreams: datastreams === null ? null : Int32Array.from(datastreams) };
}

/** Ascending, each once. */
function idsOf(datastreams: readonly number[]): Int32Array<ArrayBuffer> {
  return Int32Array.from(new Set(datastreams)).sort();
}

/** Columns of their own: the caller keeps its arrays, and the copies move to the writer without another copy. */
function copyOf(batch: RowBatch, mode: 'first' | 'tie', seq: number): WriteRequest {
  const { length, x } = batch;
  return {
    kind: 'write',
    seq,
    mode,
    length,
    ds: new Int32Array(batch.ds.subarray(0, length)),
    t: new Float64Array(batch.t.subarray(0, length)),
    r: new Float64Array(batch.r.subarray(0, length)),
    type: new Uint8Array(batch.type.subarray(0, length)),
    rec: new Float64Array(batch.rec.subarray(0, length)),
    q: new Uint8Array(batch.q.subarray(0, length)),
    x,
  };
}
