/**
 * The embedded store [docs/semantics.md]: one thread writes, one reads, this class asks them. Rows stand in partitions (files per
 * week), in each of them in slices (tables of about a million rows, because inserts into larger ones get slow).
 */
import type { DiskRoom } from '../../disk/index.ts';
import { type Clock, CodedError, type EditBatch, type RowBatch } from '../../model/index.ts';
import { checkBatch, checkEdits, checkPlaced, checkRevision } from '../check.ts';
import { buffersOf, Columns, copyOfRows } from '../columns.ts';
import type { Options } from '../options.ts';
import { type BuriedKey, CHUNK_PLACES, copyOfPlaces, type PlainPlaces } from '../places.ts';
import type {
  AggregateQuery,
  Aggregates,
  Capabilities,
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
import { Thread } from '../threads/thread.ts';
import { buffersOfWrite, writeRequest } from '../threads/write-request.ts';
import type {
  Chunk,
  Packed,
  Question,
  StoreFacts,
  ToReader,
  ToWriter,
  WorkerSettings,
  WriterNews,
} from './protocol.ts';

export interface SqliteStorePorts {
  /** Made when it does not exist. One hub per folder. */
  readonly folder: string;
  readonly options: Options;
  readonly clock: Clock;
  /** Asked before rows are written: hub.storage while its small reserve is used up. Left out: there is always room. */
  readonly disk?: DiskRoom;
  /** Called at the start with partitions whose files were lost; the store has another identity then. */
  readonly onLost?: (partitions: readonly string[]) => void;
  /** A thread of the store ended by itself: nothing can be stored or read until the next start. */
  readonly onFailure?: (error: CodedError) => void;
}

interface Threads {
  readonly writer: Thread<ToWriter, WriterNews, StoreFacts>;
  readonly reader: Thread<ToReader, never>;
}

/** Removed rows that one question brings: each question looks into all partitions. */
const BURIED_PAGE = 20_000;

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
    const news = (message: WriterNews): void => {
      const changes = message.kind === 'changed' ? message.changes : [];
      reader.say(
        message,
        changes.flatMap(({ ds, cells }) => [ds.buffer, cells.buffer]),
      );
    };
    const ports = { settings, failed, news };
    const reader = new Thread<ToReader, never>({ ...ports, url: new URL('./reader.ts', import.meta.url) });
    const writer = new Thread<ToWriter, WriterNews, StoreFacts>({
      ...ports,
      url: new URL('./writer.ts', import.meta.url),
    });
    try {
      const facts = await writer.ready;
      this.#identity = facts.identity;
      if (facts.lost.length > 0) this.#ports.onLost?.(facts.lost);
      reader.say({ kind: 'facts', facts });
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
    this.#checkRoom();
    if (batch.length === 0) return { inserted: 0, replayed: 0, conflicts: [] };
    if (this.#waitingRows > 0 && this.#waitingRows + batch.length > options.queueRows) {
      throw new CodedError(
        'hub.busy',
        `${this.#waitingRows} rows wait for the disk, timeseries.queueRows allows ${options.queueRows}`,
      );
    }
    const request = writeRequest(batch, mode, writer.nextSeq());
    this.#waitingRows += batch.length;
    try {
      return await writer.ask<WriteReport>(request, buffersOfWrite(request));
    } finally {
      this.#waitingRows -= batch.length;
    }
  }

  /** Edits of about a thousand rows share a transaction; a deleted Datastream's rows go in short steps beside other writes. */
  async edit(batches: readonly EditBatch[]): Promise<readonly RejectedEdit[]> {
    checkEdits(batches);
    const { writer } = this.#running();
    this.#checkRoom();
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

  async revise({ set, remove }: Revision): Promise<{ readonly changed: number; readonly removed: number }> {
    checkRevision({ set, remove });
    const { writer } = this.#running();
    const rows = set.length + remove.length;
    if (rows === 0) return { changed: 0, removed: 0 };
    const { queueRows } = this.#ports.options;
    if (this.#waitingRows > 0 && this.#waitingRows + rows > queueRows) {
      const detail = `${this.#waitingRows} rows wait for the disk, timeseries.queueRows allows ${queueRows}`;
      throw new CodedError('hub.busy', detail);
    }
    const columns = new Columns(set.length);
    for (let i = 0; i < set.length; i++) columns.copy(set, i);
    this.#waitingRows += rows;
    try {
      const request = { set: columns.take(), remove: copyOfPlaces(remove) };
      return await writer.ask({ kind: 'revise', seq: writer.nextSeq(), ...request });
    } finally {
      this.#waitingRows -= rows;
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

  /** A partition's rows share a transaction: many at once, in the order of Datastream and time, are fastest. */
  async place(rows: Rows): Promise<void> {
    this.#checkRoom();
    checkPlaced(rows);
    if (rows.length === 0) return;
    const plain = copyOfRows(rows);
    const { writer } = this.#running();
    await writer.ask<void>({ kind: 'place', seq: writer.nextSeq(), rows: plain }, buffersOf(plain));
  }

  async *tombstones(from: { readonly ds: number; readonly t: number } | null): AsyncGenerator<Places> {
    let after: BuriedKey | null =
      from === null ? null : [from.ds, from.t, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
    for (;;) {
      const page: PlainPlaces = await this.#ask({ ask: 'buried', after, limit: BURIED_PAGE });
      for (let start = 0; start < page.length; start += CHUNK_PLACES) yield copyOfPlaces(page, start, CHUNK_PLACES);
      const last = page.length - 1;
      if (page.length < BURIED_PAGE) return;
      after = [page.ds[last]!, page.t[last]!, page.n[last]!, page.rec[last]!];
    }
  }

  async bury(places: Places): Promise<void> {
    this.#checkRoom();
    if (places.length === 0) return;
    const { writer } = this.#running();
    await writer.ask<void>({ kind: 'bury', seq: writer.nextSeq(), places: copyOfPlaces(places) });
  }

  async dropped(): Promise<readonly number[]> {
    return this.#ask({ ask: 'dropped' });
  }

  /** A week of which everything is due goes as a file; other rows go in short steps beside writes. */
  async expire(expiry: Expiry): Promise<number> {
    const { writer } = this.#running();
    if (expiry.datastreams?.length === 0) return 0;
    return writer.ask<number>({ kind: 'expire', seq: writer.nextSeq(), expiry: packed(expiry) });
  }

  #ask<T>(question: Question): Promise<T> {
    const { reader } = this.#running();
    return reader.ask<T>({ kind: 'question', seq: reader.nextSeq(), question });
  }

  /** The rest of the disk is for closing its files. */
  #checkRoom(): void {
    const lack = this.#ports.disk?.lack('files') ?? null;
    if (lack !== null) throw lack;
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
