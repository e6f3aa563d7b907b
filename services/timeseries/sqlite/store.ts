/**
 * The embedded store [docs/semantics.md]: one thread writes, one reads, this class asks them. Rows stand in partitions (files per
 * week), in each of them in slices (tables of about a million rows, because inserts into larger ones get slow).
 */
import type { DiskRoom } from '../../disk/index.ts';
import { type Clock, CodedError, type EditBatch, type RowBatch } from '../../model/index.ts';
import { checkBatch, checkEdits, checkPlaced, checkRevision } from '../check.ts';
import { buffersOf, copyOfRows } from '../columns.ts';
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
import { Asking } from '../threads/asking.ts';
import { Queue } from '../threads/queue.ts';
import { packed } from '../threads/requests.ts';
import { Thread } from '../threads/thread.ts';
import { buffersOfWrite, writeRequest } from '../threads/write-request.ts';
import type { Question, StoreFacts, ToReader, ToWriter, WorkerSettings, WriterNews } from './protocol.ts';

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
  readonly #asking: Asking;
  readonly #queue: Queue;
  #threads: Threads | null = null;
  #identity = '';

  constructor(ports: SqliteStorePorts) {
    this.#ports = ports;
    const { maxScans, queueRows } = ports.options;
    this.#asking = new Asking({ thread: () => this.#running().reader, maxScans });
    this.#queue = new Queue(queueRows, 'the disk');
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
    return this.#queue.with(batch.length, () => {
      const request = writeRequest(batch, mode, writer.nextSeq());
      return writer.ask<WriteReport>(request, buffersOfWrite(request));
    });
  }

  /** Edits of about a thousand rows share a transaction; a deleted Datastream's rows go in short steps beside other writes. */
  async edit(batches: readonly EditBatch[]): Promise<readonly RejectedEdit[]> {
    checkEdits(batches);
    const { writer } = this.#running();
    this.#checkRoom();
    if (batches.every(({ edits }) => edits.length === 0)) return [];
    const edits = batches.reduce((sum, batch) => sum + batch.edits.length, 0);
    return this.#queue.with(edits, () => writer.ask({ kind: 'edit', seq: writer.nextSeq(), batches }));
  }

  async revise({ set, remove }: Revision): Promise<{ readonly changed: number; readonly removed: number }> {
    checkRevision({ set, remove });
    const { writer } = this.#running();
    const rows = set.length + remove.length;
    if (rows === 0) return { changed: 0, removed: 0 };
    return this.#queue.with(rows, () => {
      const request = { set: copyOfRows(set), remove: copyOfPlaces(remove) };
      return writer.ask({ kind: 'revise', seq: writer.nextSeq(), ...request });
    });
  }

  scan(query: RangeQuery): AsyncIterable<Rows> {
    return this.#asking.scan(query);
  }

  count(query: RangeQuery): Promise<number> {
    return this.#asking.count(query);
  }

  byAssignedId(id: number): Promise<Rows | null> {
    return this.#asking.byAssignedId(id);
  }

  at(ds: number, t: number): Promise<Rows> {
    return this.#asking.at(ds, t);
  }

  byClaim(ds: number, t: number): Promise<Rows | null> {
    return this.#asking.byClaim(ds, t);
  }

  occupied(ds: number, times: readonly number[]): Promise<readonly boolean[]> {
    return this.#asking.occupied(ds, times);
  }

  extents(datastreams: readonly number[] | null): Promise<Extents> {
    return this.#asking.extents(datastreams);
  }

  aggregate(query: AggregateQuery): Promise<Aggregates> {
    return this.#asking.aggregate(query);
  }

  last(datastreams: readonly number[]): Promise<Rows> {
    return this.#asking.last(datastreams);
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
