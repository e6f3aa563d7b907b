/** The reader's work: questions and scans wait for the server side by side; what the writer says is known at once. */
import type { MessagePort } from 'node:worker_threads';
import { buffersOf } from '../../columns.ts';
import type { Options } from '../../options.ts';
import { Fault, type FaultData, faultData } from '../../threads/fault.ts';
import type { Chunk } from '../../threads/requests.ts';
import { Connection } from '../connection.ts';
import type { InfluxOptions } from '../options.ts';
import { Known } from './known.ts';
import { learn } from './learning.ts';
import type { FromReader, FromWriter, ToReader } from './protocol.ts';
import { answer } from './questions.ts';
import type { ReaderStore } from './reader-store.ts';
import { Requests } from './requests.ts';
import { Scan } from './scan.ts';

export interface ReadingSettings {
  readonly influxdb: InfluxOptions;
  readonly limits: Pick<Options, 'windowRows' | 'aggregateValues' | 'factsMiB'>;
}

interface Task {
  readonly seq: number;
  readonly abort: AbortController;
  /** What it reads from; its time is that of the chunk under way. */
  readonly store: ReaderStore & { readonly asker: { deadline: number } };
  scan: Scan | null;
}

const UNKNOWN: FaultData = { code: 'store.unavailable', detail: 'InfluxDB has not been reached yet.' };

export class Reading {
  readonly #port: MessagePort;
  readonly #settings: ReadingSettings;
  readonly #connection: Connection;
  readonly #requests: Requests;
  readonly #known: Known;
  readonly #tasks = new Map<number, Task>();
  /** Why nothing can be asked. */
  #away: FaultData | null = UNKNOWN;
  #learning: AbortController | null = null;

  constructor(port: MessagePort, settings: ReadingSettings) {
    const { influxdb, limits } = settings;
    this.#port = port;
    this.#settings = settings;
    this.#connection = new Connection(influxdb, influxdb.readRequests);
    this.#known = new Known(limits.factsMiB * 2 ** 20);
    this.#requests = new Requests({
      connection: this.#connection,
      options: influxdb,
      identity: () => this.#known.identity,
      doubt: () => this.#say({ kind: 'doubt' }),
    });
    this.#requests.onEnd(() => this.#known.hidden.settle(this.#requests.oldest));
  }

  start(): void {
    this.#port.on('message', (message: ToReader) => this.#take(message));
    this.#say({ kind: 'ready', facts: null });
  }

  #take(message: ToReader): void {
    switch (message.kind) {
      case 'question':
        this.#run(message.seq, async ({ store }) => ({ value: await answer(store, message.question), done: true }));
        break;
      case 'scan':
        this.#run(message.seq, (task) => {
          task.scan = new Scan(task.store, message.query);
          return this.#chunk(task.scan);
        });
        break;
      case 'more': {
        const task = this.#tasks.get(message.seq);
        if (task?.scan != null) void this.#step(task, () => this.#chunk(task.scan!));
        break;
      }
      case 'end':
        this.#tasks.get(message.seq)?.abort.abort(new Fault('hub.busy', 'The query was ended.'));
        this.#tasks.delete(message.seq);
        break;
      case 'stop':
        this.#stop();
        break;
      default:
        this.#learn(message);
    }
  }

  #learn(message: FromWriter): void {
    const { hidden, facts } = this.#known;
    switch (message.kind) {
      case 'state':
        this.#known.reset(message);
        this.#away = null;
        this.#learnFacts();
        break;
      case 'away':
        this.#away = message.fault;
        this.#learning?.abort();
        break;
      case 'series':
        this.#known.add(message.series);
        for (const ds of message.series.ds) facts.isNew(ds);
        break;
      case 'dropped':
        this.#known.drop(message.ds);
        facts.forget(message.ds);
        break;
      case 'removed':
        hidden.add(message.places);
        facts.forget(message.places.ds);
        break;
      case 'restored':
        hidden.delete(message.places);
        facts.forget(message.places.ds);
        break;
      case 'gone':
        hidden.leave(message.places, this.#requests.next);
        hidden.settle(this.#requests.oldest);
        break;
      case 'deletes':
        if (message.underWay) this.#requests.hold(() => this.#say({ kind: 'still' }));
        else this.#requests.release();
        break;
      case 'begins':
        facts.begins(message.batch);
        break;
      case 'ends':
        facts.ends(message.batch, message.added, message.touched);
        break;
    }
  }

  #run(seq: number, work: (task: Task) => Promise<{ value: unknown; done: boolean }>): void {
    if (this.#away !== null) {
      this.#say({ kind: 'failed', seq, fault: this.#away });
      return;
    }
    const abort = new AbortController();
    const task: Task = { seq, abort, scan: null, store: this.#storeFor(abort.signal) };
    this.#tasks.set(seq, task);
    void this.#step(task, () => work(task));
  }

  #storeFor(signal: AbortSignal, deadline = 0): Task['store'] {
    const { influxdb, limits } = this.#settings;
    return {
      known: this.#known,
      requests: this.#requests,
      asker: { signal, deadline },
      from: (where, measurement) => this.#connection.dialect.from(where, measurement),
      options: influxdb,
      now: Date.now(),
      windowRows: limits.windowRows,
      aggregateValues: limits.aggregateValues,
    };
  }

  #learnFacts(): void {
    const { learningShare } = this.#settings.influxdb;
    this.#learning?.abort();
    if (learningShare === 0) return;
    const abort = new AbortController();
    this.#learning = abort;
    // whoever needs what could not be learnt asks, and is told why
    this.#requests
      .ready()
      .then(async () => {
        if (this.#connection.dialect.capabilities.span !== null) return;
        await learn(this.#storeFor(abort.signal, Number.POSITIVE_INFINITY), learningShare, abort.signal);
      })
      .catch(() => {});
  }

  async #step(task: Task, work: () => Promise<{ value: unknown; done: boolean }>): Promise<void> {
    const { seq, store } = task;
    store.asker.deadline = performance.now() + this.#settings.influxdb.questionMs;
    try {
      await this.#requests.ready();
      const { value, done } = await work();
      if (!this.#tasks.has(seq)) return;
      if (done) this.#tasks.delete(seq);
      const rows = task.scan === null ? null : (value as Chunk).rows;
      this.#say({ kind: 'answer', seq, value }, rows === null ? [] : buffersOf(rows));
    } catch (error) {
      if (this.#tasks.delete(seq)) this.#say({ kind: 'failed', seq, fault: faultData(error) });
    }
  }

  async #chunk(scan: Scan): Promise<{ value: Chunk; done: boolean }> {
    const chunk = await scan.next();
    return { value: chunk, done: chunk.done };
  }

  #stop(): void {
    this.#learning?.abort();
    const stopped = new Fault('hub.busy', 'The time-series store has stopped.');
    for (const [seq, { abort }] of this.#tasks) {
      this.#tasks.delete(seq);
      this.#say({ kind: 'failed', seq, fault: faultData(stopped) });
      abort.abort(stopped);
    }
    this.#connection.close();
    this.#say({ kind: 'stopped' });
    this.#port.close();
  }

  #say(message: FromReader, transfer: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}
