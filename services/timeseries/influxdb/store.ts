/**
 * Observations in an InfluxDB [README.md]: one thread writes, one reads, this class asks them. What the writer knows (series,
 * removed rows) goes to the reader before the write that it belongs to is answered.
 */
import { type Clock, CodedError, type EditBatch, type RowBatch } from '../../model/index.ts';
import { checkBatch, checkEdits, checkPlaced, checkRevision } from '../check.ts';
import { buffersOf, copyOfRows } from '../columns.ts';
import type { Options } from '../options.ts';
import { CHUNK_PLACES, copyOfPlaces } from '../places.ts';
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
import { Queue } from '../threads/queue.ts';
import { Thread } from '../threads/thread.ts';
import { buffersOfWrite, writeRequest } from '../threads/write-request.ts';
import type { SeriesNames } from './names.ts';
import type { Owner } from './ownership.ts';
import type { BuriedAnswer, BuriedPlace, InfluxFacts, InfluxNews, InfluxSettings, ToInfluxWriter } from './protocol.ts';
import { InfluxReader } from './reading/index.ts';

export interface InfluxStorePorts {
  /** For the file that remembers which store the InfluxDB holds; made when it does not exist. */
  readonly folder: string;
  readonly options: Options;
  readonly clock: Clock;
  /** What a Datastream is called; asked before its first row of a process. undefined: the catalogue does not know it. */
  readonly names: (datastream: number) => SeriesNames | undefined;
  /** Whose store it is, asked at the start. Left out: whose it is does not matter. */
  readonly owner?: () => Owner;
  /** A thread of the store ended by itself: nothing can be stored or read until the next start. */
  readonly onFailure?: (error: CodedError) => void;
}

type WriterThread = Thread<ToInfluxWriter, InfluxNews, InfluxFacts>;

export class InfluxStore implements TimeseriesStore {
  readonly #ports: InfluxStorePorts;
  readonly #reader: InfluxReader;
  readonly #queue: Queue;
  /** Datastreams whose names the writer has. */
  readonly #named = new Set<number>();
  #writer: WriterThread | null = null;
  #facts: InfluxFacts = { identity: '', capabilities: { edit: null, span: null } };
  #trouble: Required<TimeseriesStore>['trouble'] = null;

  constructor(ports: InfluxStorePorts) {
    this.#ports = ports;
    this.#queue = new Queue(ports.options.queueRows, 'InfluxDB');
    this.#reader = new InfluxReader({
      influxdb: ports.options.influxdb,
      limits: ports.options,
      capabilities: () => this.#facts.capabilities,
      failed: (error) => this.#failed(error),
      doubt: () => this.#writer?.say({ kind: 'doubt' }),
      still: () => this.#writer?.say({ kind: 'still' }),
    });
  }

  get capabilities(): Capabilities {
    return this.#facts.capabilities;
  }

  /** The one that was remembered, while the server can't be reached. */
  get identity(): string {
    return this.#facts.identity;
  }

  /** What stands in the way of using the server, as it was seen a few seconds ago; null: nothing does. */
  get trouble() {
    return this.#trouble;
  }

  /** Rejects with hub.storage where the file of the store can't be read; never because the server is away. */
  async start(): Promise<void> {
    const { folder, options, clock, owner } = this.#ports;
    const settings: InfluxSettings = { folder, options, now: clock.now(), owner: owner?.() ?? null };
    // the reader first: it must not miss what the writer says
    await this.#reader.start();
    const writer: WriterThread = new Thread({
      url: new URL('./writer.ts', import.meta.url),
      settings,
      failed: (error) => this.#failed(error),
      news: (message) => this.#news(message),
    });
    try {
      this.#facts = await writer.ready;
    } catch (error) {
      await Promise.all([this.#reader.stop(), writer.kill()]);
      throw error;
    }
    this.#writer = writer;
  }

  /** Writes under way are finished; scans under way reject with hub.busy. */
  async stop(): Promise<void> {
    const writer = this.#writer;
    this.#writer = null;
    await this.#reader.stop();
    await writer?.stop();
  }

  async write(batch: RowBatch, { mode = 'first' }: WriteOptions = {}): Promise<WriteReport> {
    const { maxBatchRows } = this.#ports.options;
    if (batch.length > maxBatchRows) {
      const detail = `${batch.length} rows in one write, timeseries.maxBatchRows allows ${maxBatchRows}`;
      throw new CodedError('query.limit', detail);
    }
    checkBatch(batch);
    const writer = this.#running();
    if (batch.length === 0) return { inserted: 0, replayed: 0, conflicts: [] };
    return this.#queue.with(batch.length, () => {
      this.#name(writer, batch.ds, batch.length);
      const request = writeRequest(batch, mode, writer.nextSeq());
      return writer.ask<WriteReport>(request, buffersOfWrite(request));
    });
  }

  /** Edits of about a thousand rows share their requests, writes go on between them. */
  async edit(batches: readonly EditBatch[]): Promise<readonly RejectedEdit[]> {
    checkEdits(batches);
    const writer = this.#running();
    const edits = batches.reduce((sum, batch) => sum + batch.edits.length, 0);
    if (edits === 0) return [];
    return this.#queue.with(edits, () => {
      const put = batches.flatMap((batch) => batch.edits.flatMap((edit) => (edit.op === 'put' ? [edit.row.ds] : [])));
      this.#name(writer, put, put.length);
      return writer.ask({ kind: 'edit', seq: writer.nextSeq(), batches });
    });
  }

  async revise(revision: Revision): Promise<{ readonly changed: number; readonly removed: number }> {
    checkRevision(revision);
    const writer = this.#running();
    const { set, remove } = revision;
    if (set.length + remove.length === 0) return { changed: 0, removed: 0 };
    return this.#queue.with(set.length + remove.length, () => {
      const request = { set: copyOfRows(set), remove: copyOfPlaces(remove) };
      return writer.ask({ kind: 'revise', seq: writer.nextSeq(), ...request });
    });
  }

  async expire(expiry: Expiry): Promise<number> {
    const writer = this.#running();
    if (expiry.datastreams?.length === 0) return 0;
    return writer.ask({ kind: 'expire', seq: writer.nextSeq(), expiry });
  }

  async place(rows: Rows): Promise<void> {
    checkPlaced(rows);
    const writer = this.#running();
    if (rows.length === 0) return;
    await this.#queue.with(rows.length, () => {
      this.#name(writer, rows.ds, rows.length);
      const plain = copyOfRows(rows);
      return writer.ask<void>({ kind: 'place', seq: writer.nextSeq(), rows: plain }, buffersOf(plain));
    });
  }

  async bury(places: Places): Promise<void> {
    const writer = this.#running();
    if (places.length === 0) return;
    await this.#queue.with(places.length, () =>
      writer.ask<void>({ kind: 'bury', seq: writer.nextSeq(), places: copyOfPlaces(places) }),
    );
  }

  async *tombstones(from: BuriedPlace | null): AsyncGenerator<Places> {
    for (let after = from; ; ) {
      const writer = this.#running();
      const { places, done } = await writer.ask<BuriedAnswer>({ kind: 'tombstones', seq: writer.nextSeq(), after });
      for (let start = 0; start < places.length; start += CHUNK_PLACES) yield copyOfPlaces(places, start, CHUNK_PLACES);
      if (done) return;
      after = { ds: places.ds[places.length - 1]!, t: places.t[places.length - 1]! };
    }
  }

  async dropped(): Promise<readonly number[]> {
    const writer = this.#running();
    return writer.ask({ kind: 'dropped', seq: writer.nextSeq() });
  }

  scan(query: RangeQuery): AsyncIterable<Rows> {
    return this.#reader.asking.scan(query);
  }

  count(query: RangeQuery): Promise<number> {
    return this.#reader.asking.count(query);
  }

  byAssignedId(id: number): Promise<Rows | null> {
    return this.#reader.asking.byAssignedId(id);
  }

  byClaim(ds: number, t: number): Promise<Rows | null> {
    return this.#reader.asking.byClaim(ds, t);
  }

  at(ds: number, t: number): Promise<Rows> {
    return this.#reader.asking.at(ds, t);
  }

  occupied(ds: number, times: readonly number[]): Promise<readonly boolean[]> {
    return this.#reader.asking.occupied(ds, times);
  }

  extents(datastreams: readonly number[] | null): Promise<Extents> {
    return this.#reader.asking.extents(datastreams);
  }

  aggregate(query: AggregateQuery): Promise<Aggregates> {
    return this.#reader.asking.aggregate(query);
  }

  last(datastreams: readonly number[]): Promise<Rows> {
    return this.#reader.asking.last(datastreams);
  }

  #news(message: InfluxNews): void {
    if (message.kind === 'trouble') {
      const { fault, isAway } = message;
      const since = this.#trouble?.since ?? this.#ports.clock.now();
      this.#trouble = fault === null ? null : { error: new CodedError(fault.code, fault.detail), since, isAway };
      return;
    }
    if (message.kind !== 'store') {
      this.#reader.tell(message);
      return;
    }
    // another store has no series yet
    if (message.facts.identity !== this.#facts.identity) this.#named.clear();
    this.#facts = message.facts;
  }

  #failed(error: CodedError): void {
    if (this.#writer !== null) this.#ports.onFailure?.(error);
  }

  /** Their names go ahead of the first rows of Datastreams. */
  #name(writer: WriterThread, ds: ArrayLike<number>, length: number): void {
    const names: [number, SeriesNames | null][] = [];
    for (let i = 0; i < length; i++) {
      const stream = ds[i]!;
      if (this.#named.has(stream)) continue;
      this.#named.add(stream);
      names.push([stream, this.#ports.names(stream) ?? null]);
    }
    if (names.length > 0) writer.say({ kind: 'names', names });
  }

  #running(): WriterThread {
    if (this.#writer === null) throw new CodedError('hub.busy', 'The time-series store is not running.');
    return this.#writer;
  }
}
