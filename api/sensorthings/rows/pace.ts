/** Keeps one query from holding the event loop, and from running for ever [docs/semantics.md, Threads]. */
import { type Clock, CodedError } from '../../../services/model/index.ts';
import type { Turns } from './turns.ts';

/** Longest time without a turn for others, milliseconds. */
const SLICE = 3;

export class Pace {
  readonly #clock: Clock;
  readonly #turns: Turns;
  readonly #deadline: number;
  readonly #milliseconds: number;
  #since = performance.now();
  /** Set when nobody waits for the answer any more. */
  gone = false;

  constructor(clock: Clock, turns: Turns, milliseconds: number) {
    this.#clock = clock;
    this.#turns = turns;
    this.#milliseconds = milliseconds;
    this.#deadline = clock.now() + milliseconds;
  }

  /** Is it time to `breathe`? Called once per small step. */
  due(): boolean {
    return performance.now() - this.#since >= SLICE;
  }

  /** Lets others run. @throws CodedError query.limit after the query's time. */
  async breathe(): Promise<void> {
    await this.#turns.next();
    this.#since = performance.now();
    this.check();
  }

  /** Queues behind the queries that are under way already. */
  async begin(): Promise<void> {
    if (this.#turns.crowded) await this.breathe();
  }

  check(): void {
    if (this.gone) throw new CodedError('query.limit', 'The client went away');
    if (this.#clock.now() > this.#deadline) {
      const detail = `The query took longer than ${this.#milliseconds} ms; narrow its $filter or ask for fewer entities`;
      throw new CodedError('query.limit', detail);
    }
  }
}
