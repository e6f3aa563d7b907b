/**
 * How fast topics are joined and left. Each change takes its time; who has used up more than there was is not read until the
 * time has passed, so that nothing is refused and nothing comes out of order.
 */

/** Milliseconds of changes that may come at once. */
const AT_ONCE = 100;

export class SubscriptionPace {
  readonly #perChange: number;
  /** Moment up to which time is used up. */
  #until = 0;

  constructor(changesPerSecond: number) {
    this.#perChange = 1000 / changesPerSecond;
  }

  /** `now`: as `performance.now()` tells it. */
  spend(changes: number, now: number): void {
    this.#until = Math.max(this.#until, now - AT_ONCE) + changes * this.#perChange;
  }

  /** Milliseconds to wait; 0: none. */
  wait(now: number): number {
    return Math.max(0, this.#until - now);
  }
}
