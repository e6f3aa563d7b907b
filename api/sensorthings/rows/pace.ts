/** Keeps one query from holding the event loop, and from running for ever [docs/semantics.md, Threads]. */
import { type Clock, CodedError } from '../../../services/model/index.ts';
import type { Turns } from './turns.ts';

/** Longest time without a turn for others, milliseconds. */
const SLICE = 3;
/** Steps of some microseconds between two looks at the clock. */
const STEPS = 32;

export class Pace {
  readonly #clock: Clock;
  readonly #turns: Turns;
  readonly #deadline: number;
  readonly #milliseconds: number;
  #since = performance.now();
  #steps = 0;
  /** Set when nobody waits for the answer any more. */
  gone = false;

  constructor(clock: Clock, turns: Turns, milliseconds: number) {
    this.#clock = clock;
    this.#turns = turns;
    this.#milliseconds = milliseconds;
    this.#deadline = clock.now() + milliseconds;
  }

  /** Is it time to `breathe`? Called once per step of some ten microseconds. */
  due(): boolean {
    return performance.now() - this.#since >= SLICE;
  }

  /** As `due`, for steps that take a few microseconds each: mostly answers without a look at the clock. */
  stepDue(): boolean {
    if (++this.#steps < STEPS) return false;
    this.#steps = 0;
    return this.due();
  }

  /** A step took as long as so many of them. */
  did(steps: number): void {
    this.#steps += steps;
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
