/**
 * One worker thread of a store, seen from the main thread: questions become promises. Only the main thread imports this file;
 * the threads themselves take `fault.ts`.
 */
import { Worker } from 'node:worker_threads';
import { CodedError } from '../../model/index.ts';
import type { FaultData } from './fault.ts';

/** What every thread says; `seq` ties an answer to its question. Whatever else it says is news of its own kind. */
export type Reply<Facts> =
  /** It can be asked now. */
  | { readonly kind: 'ready'; readonly facts: Facts }
  | { readonly kind: 'refused'; readonly fault: FaultData }
  | { readonly kind: 'answer'; readonly seq: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly seq: number; readonly fault: FaultData }
  | { readonly kind: 'stopped' };

export interface ThreadPorts<News> {
  readonly url: URL;
  /** Becomes its `workerData`. */
  readonly settings: unknown;
  /** The thread ended by itself. */
  readonly failed: (error: CodedError) => void;
  /** In the order in which the thread says it: also before an answer that it says later. */
  readonly news: (message: News) => void;
}

interface Waiting<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: CodedError) => void;
}

/** `Message`: what the thread is told, among it `{ kind: 'stop' }`. */
export class Thread<Message extends { readonly kind: string }, News extends { readonly kind: string }, Facts = null> {
  readonly #worker: Worker;
  readonly #ports: ThreadPorts<News>;
  readonly #answers = new Map<number, Waiting<unknown>>();
  readonly #ready = Promise.withResolvers<Facts>();
  readonly #ended = Promise.withResolvers<void>();
  #stopping = false;
  #failure: CodedError | null = null;
  #seq = 0;

  constructor(ports: ThreadPorts<News>) {
    this.#ports = ports;
    this.#worker = new Worker(ports.url, { workerData: ports.settings });
    this.#worker.on('message', (message: Reply<Facts> | News) => this.#take(message));
    this.#worker.on('error', (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      this.#fail(
        new CodedError('hub.internal', `A thread of the time-series store ended: ${message}`, { cause: error }),
      );
    });
    this.#worker.on('exit', () => {
      this.#fail(new CodedError('hub.busy', 'The time-series store has stopped.'));
      this.#ended.resolve();
    });
    // whoever starts the store awaits it; a failure before that must not end the process
    this.#ready.promise.catch(() => {});
  }

  /** Resolves when the thread can be asked. */
  get ready(): Promise<Facts> {
    return this.#ready.promise;
  }

  nextSeq(): number {
    return ++this.#seq;
  }

  say(message: Message, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  /** Rejects with the CodedError that the thread answers, or with the reason why it has ended. */
  ask<T>(message: Message & { readonly seq: number }, transfer: readonly ArrayBuffer[] = []): Promise<T> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise<T>((resolve, reject) => {
      this.#answers.set(message.seq, { resolve: resolve as (value: unknown) => void, reject });
      this.say(message, transfer);
    });
  }

  /** The answer is not wanted any more, and may never come. */
  forget(seq: number): void {
    this.#answers.delete(seq);
  }

  /** Lets the thread finish what it has. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#worker.postMessage({ kind: 'stop' });
    await this.#ended.promise;
  }

  /** Ends it at once, for a start that failed. */
  async kill(): Promise<void> {
    this.#stopping = true;
    await this.#worker.terminate();
  }

  #take(said: Reply<Facts> | News): void {
    const message = said as Reply<Facts>;
    switch (message.kind) {
      case 'ready':
        this.#ready.resolve(message.facts);
        break;
      case 'refused':
        this.#ready.reject(coded(message.fault));
        break;
      case 'answer':
        this.#settle(message.seq)?.resolve(message.value);
        break;
      case 'failed':
        this.#settle(message.seq)?.reject(coded(message.fault));
        break;
      case 'stopped':
        break;
      default:
        this.#ports.news(said as News);
    }
  }

  #settle(seq: number): Waiting<unknown> | undefined {
    const waiting = this.#answers.get(seq);
    this.#answers.delete(seq);
    return waiting;
  }

  #fail(error: CodedError): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    this.#ready.reject(error);
    for (const { reject } of this.#answers.values()) reject(error);
    this.#answers.clear();
    if (!this.#stopping) this.#ports.failed(error);
  }
}

function coded({ code, detail }: FaultData): CodedError {
  return new CodedError(code, detail);
}
