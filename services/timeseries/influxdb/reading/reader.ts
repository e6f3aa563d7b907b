/** The half of the port that reads, seen from the main thread: packs questions for the reader's thread. */
import { CodedError } from '../../../model/index.ts';
import { Columns } from '../../columns.ts';
import type { Options } from '../../options.ts';
import type { AggregateQuery, Aggregates, Capabilities, Extents, RangeQuery, Rows } from '../../port.ts';
import { withinSpan } from '../../span.ts';
import { Thread } from '../../threads/thread.ts';
import type { InfluxOptions } from '../options.ts';
import type { Chunk, FromWriter, Packed, Question, ReaderNews, ToReader } from './protocol.ts';
import type { ReadingSettings } from './reading.ts';

export interface InfluxReaderPorts {
  readonly influxdb: InfluxOptions;
  readonly limits: Pick<Options, 'windowRows' | 'aggregateValues' | 'factsMiB' | 'maxScans'>;
  readonly capabilities: () => Capabilities;
  /** The thread ended by itself. */
  readonly failed: (error: CodedError) => void;
  /** An answer came from another store than the known one: look who is there. */
  readonly doubt: () => void;
  /** No request is under way since the writer said that it deletes. */
  readonly still: () => void;
}

export class InfluxReader {
  readonly #ports: InfluxReaderPorts;
  #thread: Thread<ToReader, ReaderNews> | null = null;
  #scans = 0;

  constructor(ports: InfluxReaderPorts) {
    this.#ports = ports;
  }

  async start(): Promise<void> {
    const { influxdb, limits, failed, doubt, still } = this.#ports;
    const settings: ReadingSettings = { influxdb, limits };
    const url = new URL('./worker.ts', import.meta.url);
    const thread = new Thread<ToReader, ReaderNews>({
      url,
      settings,
      failed,
      news: ({ kind }) => (kind === 'doubt' ? doubt() : still()),
    });
    try {
      await thread.ready;
    } catch (error) {
      await thread.kill();
      throw error;
    }
    this.#thread = thread;
  }

  /** Scans under way reject with hub.busy. */
  async stop(): Promise<void> {
    const thread = this.#thread;
    this.#thread = null;
    await thread?.stop();
  }

  /** What the writer knows; before the write that it belongs to is answered. */
  tell(message: FromWriter, transfer: readonly ArrayBuffer[] = []): void {
    this.#thread?.say(message, transfer);
  }

  async *scan(query: RangeQuery): AsyncGenerator<Rows> {
    const thread = this.#running();
    withinSpan(this.#ports.capabilities(), query);
    const { maxScans } = this.#ports.limits;
    if (this.#scans >= maxScans)
      throw new CodedError('hub.busy', `${this.#scans} queries under way, timeseries.maxScans allows ${maxScans}`);
    this.#scans++;
    const seq = thread.nextSeq();
    let next: Promise<Chunk> | null = thread.ask<Chunk>({ kind: 'scan', seq, query: packed(query) });
    try {
      while (next !== null) {
        const { rows, done } = await next;
        next = null;
        // one chunk ahead: the reader fills it while the caller works on this one
        if (!done) {
          next = thread.ask<Chunk>({ kind: 'more', seq });
          next.catch(() => {});
        }
        yield rows;
      }
    } finally {
      this.#scans--;
      if (next !== null) {
        thread.forget(seq);
        thread.say({ kind: 'end', seq });
      }
    }
  }

  async count(query: RangeQuery): Promise<number> {
    withinSpan(this.#ports.capabilities(), query);
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
    withinSpan(this.#ports.capabilities(), { from: null, to: null });
    return this.#ask({ ask: 'extents', datastreams: datastreams === null ? null : idsOf(datastreams) });
  }

  async aggregate(query: AggregateQuery): Promise<Aggregates> {
    const { from, to, edges } = query;
    const asked = edges === null ? { from, to } : { from: later(from, edges[0]), to: earlier(to, edges.at(-1)) };
    withinSpan(this.#ports.capabilities(), asked);
    return this.#ask({ ask: 'aggregate', query: packed(query) });
  }

  async last(datastreams: readonly number[]): Promise<Rows> {
    if (datastreams.length === 0) return new Columns(0).take();
    withinSpan(this.#ports.capabilities(), { from: null, to: null });
    return this.#ask({ ask: 'last', datastreams: idsOf(datastreams) });
  }

  #ask<T>(question: Question): Promise<T> {
    const thread = this.#running();
    return thread.ask<T>({ kind: 'question', seq: thread.nextSeq(), question });
  }

  #running(): Thread<ToReader, ReaderNews> {
    if (this.#thread === null) throw new CodedError('hub.busy', 'The time-series store is not running.');
    return this.#thread;
  }
}

function packed<Query extends { readonly datastreams: readonly number[] | null }>(query: Query): Packed<Query> {
  const { datastreams } = query;
  return { ...query, datastreams: datastreams === null ? null : Int32Array.from(datastreams) };
}

/** Ascending, each once. */
function idsOf(datastreams: readonly number[]): Int32Array {
  return Int32Array.from(new Set(datastreams)).sort();
}

function later(from: number | null, edge: number | undefined): number | null {
  return edge === undefined ? from : Math.max(from ?? edge, edge);
}

function earlier(to: number | null, edge: number | undefined): number | null {
  return edge === undefined ? to : Math.min(to ?? edge, edge);
}
