/** The reader's work: questions and scans advance in turns of one short step, so that none makes the others wait. */
import { join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import { buffersOf } from '../columns.ts';
import { PageCollector } from '../page-collector.ts';
import type { RangeQuery } from '../port.ts';
import { Fault, faultData } from '../threads/fault.ts';
import type { Chunk, Packed } from '../threads/requests.ts';
import { byStream } from './by-stream.ts';
import { byWindow } from './by-window.ts';
import { openForReading } from './database.ts';
import { Facts } from './facts.ts';
import { Partitions } from './partitions.ts';
import type { FromThread, StoreFacts, ToReader, WorkerSettings } from './protocol.ts';
import { answer } from './questions.ts';
import { rangeOf } from './range.ts';
import type { ReaderStore } from './reader-store.ts';
import { Selection } from './selection.ts';

interface Task {
  readonly seq: number;
  readonly steps: Generator<void, unknown>;
  /** null: a question. */
  readonly collector: PageCollector | null;
  /** When it began or was asked to go on, milliseconds. */
  since: number;
}

/** After so long the thread looks for messages. */
const TURN_MS = 3;
/** After so long a scan hands out what it has, though its chunk is not full; and, without a row, a sign of life. */
const HAND_OUT_MS = 50;
const SIGN_OF_LIFE_MS = 250;
/** Number of the question that nobody asked: filling the memory of facts. */
const NOBODY = 0;

export class Reading {
  readonly #port: MessagePort;
  readonly #settings: WorkerSettings;
  readonly #now: () => number;
  /** Tasks that want to go on; the first is the one that waited longest. */
  readonly #ready: Task[] = [];
  /** Scans whose chunk was sent and that nobody asked to go on. */
  readonly #parked = new Map<number, Task>();
  #store: ReaderStore | null = null;
  #scheduled = false;

  /** `now`: milliseconds of any clock that never goes back. */
  constructor(port: MessagePort, settings: WorkerSettings, now = () => performance.now()) {
    this.#port = port;
    this.#settings = settings;
    this.#now = now;
  }

  start(): void {
    this.#port.on('message', (message: ToReader) => this.#take(message));
  }

  #take(message: ToReader): void {
    switch (message.kind) {
      case 'facts':
        this.#open(message.facts);
        break;
      case 'partition':
        this.#store?.partitions.add(message.name);
        break;
      case 'gone':
        this.#store?.facts.forget(message.name);
        this.#store?.partitions.remove(message.name);
        break;
      case 'changed': {
        const span = this.#store?.partitions.named(message.name) ?? null;
        if (span !== null) this.#store?.facts.apply(span, message.changes);
        break;
      }
      case 'question':
        this.#begin(message.seq, null, (store) => answer(store, message.question));
        break;
      case 'scan': {
        const collector = new PageCollector(message.query.offset, message.query.limit);
        this.#begin(message.seq, collector, (store) => this.#scan(store, message.query, collector));
        break;
      }
      case 'more': {
        const task = this.#parked.get(message.seq);
        this.#parked.delete(message.seq);
        if (task !== undefined) this.#resume(task);
        break;
      }
      case 'end':
        this.#end(message.seq);
        break;
      case 'stop':
        this.#stop();
        break;
    }
  }

  #open(facts: StoreFacts): void {
    try {
      const meta = openForReading(join(this.#settings.folder, 'meta.db'), 4);
      const { factsMiB, aggregateValues } = this.#settings.options;
      const partitions = new Partitions(this.#settings, facts);
      this.#store = { partitions, facts: new Facts(partitions, factsMiB * 2 ** 20), meta, aggregateValues };
      this.#say({ kind: 'ready', facts: null });
      this.#begin(NOBODY, null, (store) => store.facts.warm());
    } catch (error) {
      this.#say({ kind: 'refused', fault: faultData(error) });
    }
  }

  #begin(seq: number, collector: PageCollector | null, make: (store: ReaderStore) => Generator<void, unknown>): void {
    if (this.#store === null) {
      this.#say({ kind: 'failed', seq, fault: faultData(new Fault('hub.busy', 'The store has not started.')) });
      return;
    }
    this.#resume({ seq, collector, steps: make(this.#store), since: 0 });
  }

  #scan(store: ReaderStore, query: Packed<RangeQuery>, collector: PageCollector): Generator<void> {
    const range = rangeOf(query);
    const { datastreams } = query;
    const descending = query.order.startsWith('-');
    // of a single Datastream both orders are the same, and its rows lie side by side
    const { windowRows } = this.#settings.options;
    if (query.order === 'id' || query.order === '-id' || datastreams?.length === 1) {
      return byStream(store, datastreams, range, descending, collector, windowRows);
    }
    return byWindow(store, new Selection(datastreams), range, descending, collector, windowRows);
  }

  #resume(task: Task): void {
    task.since = this.#now();
    this.#ready.push(task);
    // at once, so that a look-up does not wait for another round of the event loop
    if (!this.#scheduled) this.#turn();
  }

  #turn(): void {
    this.#scheduled = false;
    const end = performance.now() + TURN_MS;
    for (let task = this.#ready.shift(); task !== undefined; task = this.#ready.shift()) {
      this.#step(task);
      if (performance.now() >= end) break;
    }
    this.#store?.partitions.release();
    if (this.#ready.length === 0) return;
    setImmediate(() => this.#turn());
    this.#scheduled = true;
  }

  #step(task: Task): void {
    const { seq, steps, collector } = task;
    try {
      const { done = false, value } = steps.next();
      if (collector === null) {
        if (done) this.#say({ kind: 'answer', seq, value });
        else this.#ready.push(task);
        return;
      }
      if (!done && !collector.chunkFull && !this.#isOverdue(task, collector)) {
        this.#ready.push(task);
        return;
      }
      const rows = collector.take();
      if (!done) this.#parked.set(seq, task);
      this.#say({ kind: 'answer', seq, value: { rows, done } satisfies Chunk }, buffersOf(rows));
    } catch (error) {
      this.#say({ kind: 'failed', seq, fault: faultData(error) });
    }
  }

  #isOverdue({ since }: Task, { length }: PageCollector): boolean {
    return this.#now() - since >= (length > 0 ? HAND_OUT_MS : SIGN_OF_LIFE_MS);
  }

  #end(seq: number): void {
    this.#parked.delete(seq);
    const at = this.#ready.findIndex((task) => task.seq === seq);
    if (at !== -1) this.#ready.splice(at, 1);
  }

  #stop(): void {
    this.#ready.length = 0;
    this.#store?.partitions.close();
    this.#store?.meta.close();
    this.#store = null;
    this.#say({ kind: 'stopped' });
    this.#port.close();
  }

  #say(message: FromThread, transfer: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}
