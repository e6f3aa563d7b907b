/** Keeps one query from holding the event loop, and from running for ever [ARCHITECTURE.md, Threads]. */
import { type Clock, CodedError } from '../../../services/model/index.ts';
import type { Turns } from './turns.ts';

/** Longest time without a turn for others, milliseconds. */
const SLICE = 3;
/** Most steps between two looks at the clock. */
const STEPS = 32;

export class Pace {
  readonly #clock: Clock;
  readonly #turns: Turns;
  readonly #deadline: number;
  readonly #milliseconds: number;
  #since = performance.now();
  #steps = 0;
  /** Grows while steps are short: the first ones of a query may test polygons of thousands of points. */
  #between = 1;
  #looked = this.#since;
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
    if (++this.#steps < this.#between) return false;
    this.#steps = 0;
    const now = performance.now();
    this.#between = now - this.#looked < SLICE / STEPS ? Math.min(STEPS, this.#between * 2) : 1;
    this.#looked = now;
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
    this.#looked = this.#since;
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
