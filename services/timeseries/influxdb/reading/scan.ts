/** A scan on its way: hands out one chunk at a time, and a sign of life where the next one takes long. */
import { Columns, type PlainRows } from '../../columns.ts';
import { PageCollector } from '../../page-collector.ts';
import type { RangeQuery } from '../../port.ts';
import type { Chunk, Packed } from '../../threads/requests.ts';
import { byStream } from './by-stream.ts';
import { byWindow } from './by-window.ts';
import { rangeOf } from './range.ts';
import type { ReaderStore } from './reader-store.ts';

/** After so long a scan that has no row yet says that it goes on. */
const SIGN_OF_LIFE_MS = 250;

export class Scan {
  readonly #chunks: AsyncGenerator<PlainRows>;
  #next: Promise<IteratorResult<PlainRows>> | null = null;

  constructor(store: ReaderStore, query: Packed<RangeQuery>) {
    const collector = new PageCollector(query.offset, query.limit);
    const range = rangeOf(query);
    const streams = store.known.streams(query.datastreams);
    const descending = query.order.startsWith('-');
    // of a single Datastream both orders are the same
    this.#chunks =
      query.order === 'id' || query.order === '-id' || streams.length === 1
        ? byStream(store, streams, range, descending, collector)
        : byWindow(store, streams, range, descending, collector);
  }

  async next(): Promise<Chunk> {
    this.#next ??= this.#chunks.next();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, SIGN_OF_LIFE_MS, null);
    });
    try {
      const result = await Promise.race([this.#next, patience]);
      if (result === null) return { rows: new Columns(0).take(), done: false };
      this.#next = null;
      return result.done === true ? { rows: new Columns(0).take(), done: true } : { rows: result.value, done: false };
    } finally {
      clearTimeout(timer);
    }
  }
}
