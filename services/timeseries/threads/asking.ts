/** The half of the port that reads, seen from the main thread: packs questions for a reader's thread. */
import { CodedError } from '../../model/index.ts';
import { Columns } from '../columns.ts';
import type { AggregateQuery, Aggregates, Extents, RangeQuery, Rows } from '../port.ts';
import { type Chunk, packed, type ReaderRequest, type ReadQuestion } from './requests.ts';
import type { Thread } from './thread.ts';

type ReaderThread = Pick<Thread<ReaderRequest, never>, 'ask' | 'say' | 'forget' | 'nextSeq'>;
type Span = Pick<RangeQuery, 'from' | 'to'>;

export interface AskingPorts {
  /** Throws hub.busy where there is none. */
  readonly thread: () => ReaderThread;
  readonly maxScans: number;
  /** Throws where the store can't answer for so long a span. Left out: it can. */
  readonly within?: (span: Span) => void;
}

export class Asking {
  readonly #ports: AskingPorts;
  #scans = 0;

  constructor(ports: AskingPorts) {
    this.#ports = ports;
  }

  async *scan(query: RangeQuery): AsyncGenerator<Rows> {
    const thread = this.#within(query);
    const { maxScans } = this.#ports;
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
    return this.#ask(this.#within(query), { ask: 'count', query: packed(query) });
  }

  async byAssignedId(id: number): Promise<Rows | null> {
    return this.#ask(this.#ports.thread(), { ask: 'byAssignedId', id });
  }

  async at(ds: number, t: number): Promise<Rows> {
    return this.#ask(this.#ports.thread(), { ask: 'at', ds, t });
  }

  async byClaim(ds: number, t: number): Promise<Rows | null> {
    return this.#ask(this.#ports.thread(), { ask: 'byClaim', ds, t });
  }

  async occupied(ds: number, times: readonly number[]): Promise<readonly boolean[]> {
    return this.#ask(this.#ports.thread(), { ask: 'occupied', ds, times });
  }

  async extents(datastreams: readonly number[] | null): Promise<Extents> {
    const ids = datastreams === null ? null : idsOf(datastreams);
    return this.#ask(this.#within(WHOLE), { ask: 'extents', datastreams: ids });
  }

  async aggregate(query: AggregateQuery): Promise<Aggregates> {
    const { from, to, edges } = query;
    const asked = edges === null ? { from, to } : { from: later(from, edges[0]), to: earlier(to, edges.at(-1)) };
    return this.#ask(this.#within(asked), { ask: 'aggregate', query: packed(query) });
  }

  async last(datastreams: readonly number[]): Promise<Rows> {
    if (datastreams.length === 0) return new Columns(0).take();
    return this.#ask(this.#within(WHOLE), { ask: 'last', datastreams: idsOf(datastreams) });
  }

  #ask<T>(thread: ReaderThread, question: ReadQuestion): Promise<T> {
    return thread.ask<T>({ kind: 'question', seq: thread.nextSeq(), question });
  }

  #within(span: Span): ReaderThread {
    const thread = this.#ports.thread();
    this.#ports.within?.(span);
    return thread;
  }
}

const WHOLE: Span = { from: null, to: null };

/** Ascending, each once. */
function idsOf(datastreams: readonly number[]): Int32Array<ArrayBuffer> {
  return Int32Array.from(new Set(datastreams)).sort();
}

function later(from: number | null, edge: number | undefined): number | null {
  return edge === undefined ? from : Math.max(from ?? edge, edge);
}

function earlier(to: number | null, edge: number | undefined): number | null {
  return edge === undefined ? to : Math.min(to ?? edge, edge);
}
