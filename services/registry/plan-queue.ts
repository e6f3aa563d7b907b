/**
 * Plans of changes, one after another: each sees what the ones before it did. One that finds nobody before it and doesn't
 * wait itself is done when the call returns.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { CodedError } from '../model/index.ts';
import type { Options } from './options.ts';

/** Of plans that waited for their turn, so much is done in one turn of the event loop. */
const SLICE_MS = 4;

export class PlanQueue {
  readonly #options: Pick<Options, 'waitingChanges' | 'planSeconds'>;
  readonly #waiting: (() => Promise<void> | undefined)[] = [];
  #busy = false;

  constructor(options: Pick<Options, 'waitingChanges' | 'planSeconds'>) {
    this.#options = options;
  }

  /**
   * `begin` makes the plan and returns at once, or waits; then `end` gets what it returned, or `fail` why there is none.
   * `end` is called in the same turn of the queue. Throws `hub.busy` where too many wait.
   */
  run<T>(begin: () => T | Promise<T>, end: (value: T) => void, fail: (error: unknown) => void): void {
    const job = () => {
      try {
        const value = begin();
        if (value instanceof Promise) return this.#within(value).then(end).catch(fail);
        end(value);
      } catch (error) {
        fail(error);
      }
      return undefined;
    };
    if (this.#busy) {
      if (this.#waiting.length >= this.#options.waitingChanges)
        throw new CodedError('hub.busy', 'as many changes wait as option registry.waitingChanges allows');
      this.#waiting.push(job);
      return;
    }
    this.#busy = true;
    const under = job();
    if (under === undefined && this.#waiting.length === 0) this.#busy = false;
    else void this.#drain(under);
  }

  async #drain(under: Promise<void> | undefined): Promise<void> {
    await under;
    let began = performance.now();
    for (let job = this.#waiting.shift(); job !== undefined; job = this.#waiting.shift()) {
      await job();
      if (performance.now() - began > SLICE_MS) {
        await turn();
        began = performance.now();
      }
    }
    this.#busy = false;
  }

  async #within<T>(value: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new CodedError('hub.busy', 'the change took longer than option registry.planSeconds')),
        this.#options.planSeconds * 1000,
      );
    });
    try {
      return await Promise.race([value, tooLong]);
    } finally {
      clearTimeout(timer);
    }
  }
}
