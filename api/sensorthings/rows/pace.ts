/** Keeps one query from holding the event loop, and from running for ever [docs/semantics.md, Threads]. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, CodedError } from '../../../services/model/index.ts';

/** Longest time without a turn for others, milliseconds. */
const SLICE = 5;

export class Pace {
  readonly #clock: Clock;
  readonly #deadline: number;
  readonly #milliseconds: number;
  #since = performance.now();
  /** Set when nobody waits for the answer any more. */
  gone = false;

  constructor(clock: Clock, milliseconds: number) {
    this.#clock = clock;
    this.#milliseconds = milliseconds;
    this.#deadline = clock.now() + milliseconds;
  }

  /** Is it time to `breathe`? Called once per small step. */
  due(): boolean {
    return performance.now() - this.#since >= SLICE;
  }

  /** Lets others run. @throws CodedError query.limit after the query's time. */
  async breathe(): Promise<void> {
    await nextTurn();
    this.#since = performance.now();
    this.check();
  }

  check(): void {
    if (this.gone) throw new CodedError('query.limit', 'The client went away');
    if (this.#clock.now() > this.#deadline) {
      const detail = `The query took longer than ${this.#milliseconds} ms; narrow its $filter or ask for fewer entities`;
      throw new CodedError('query.limit', detail);
    }
  }
}
