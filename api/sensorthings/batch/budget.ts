/** What all batches together may hold in memory; each has a share that grows while it is filled. */
import type { CodedError } from '../../../services/model/index.ts';

export class Budget {
  used = 0;
  readonly #limit: number;
  readonly #full: () => CodedError;

  /** `full`: what a share that would grow beyond the limit throws. */
  constructor(limit: number, full: () => CodedError) {
    this.#limit = limit;
    this.#full = full;
  }

  share(): Share {
    return new Share(this, (bytes) => {
      if (this.used + bytes > this.#limit) throw this.#full();
    });
  }
}

export class Share {
  readonly #budget: Budget;
  readonly #check: (bytes: number) => void;
  #held = 0;

  constructor(budget: Budget, check: (bytes: number) => void) {
    this.#budget = budget;
    this.#check = check;
  }

  /** @throws CodedError where the budget has no room. */
  grow(bytes: number): void {
    this.#check(bytes);
    this.add(bytes);
  }

  /** For what is there already and must be counted. */
  add(bytes: number): void {
    this.#budget.used += bytes;
    this.#held += bytes;
  }

  /** Gives back all. */
  release(): void {
    this.#budget.used -= this.#held;
    this.#held = 0;
  }
}
