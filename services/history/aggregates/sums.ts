/**
 * Numbers of rows, put together from parts. Sums are compensated (Neumaier), so a day from its hours, or a year from its
 * days, is what the rows themselves give but for the last digits.
 */
import type { Aggregates } from '../../timeseries/index.ts';

export interface Sums {
  /** All rows, whatever their result. */
  readonly count: number;
  /** Those with a numeric result; 0: the rest is NaN. */
  readonly numbers: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly first: number;
  readonly last: number;
}

/** Parts may come in any order: `at` says when their rows were. */
export class Adding implements Sums {
  count = 0;
  numbers = 0;
  min = Number.NaN;
  max = Number.NaN;
  first = Number.NaN;
  last = Number.NaN;
  #sum = 0;
  #lost = 0;
  #firstAt = Number.POSITIVE_INFINITY;
  #lastAt = Number.NEGATIVE_INFINITY;

  get sum(): number {
    if (this.numbers === 0) return Number.NaN;
    return Number.isFinite(this.#sum) ? this.#sum + this.#lost : this.#sum;
  }

  get mean(): number {
    return this.sum / this.numbers;
  }

  add(part: Sums, at: number): void {
    this.count += part.count;
    if (part.numbers === 0) return;
    const total = this.#sum + part.sum;
    const big = Math.abs(this.#sum) >= Math.abs(part.sum);
    this.#lost += big ? this.#sum - total + part.sum : part.sum - total + this.#sum;
    this.#sum = total;
    const none = this.numbers === 0;
    this.min = none ? part.min : Math.min(this.min, part.min);
    this.max = none ? part.max : Math.max(this.max, part.max);
    if (at < this.#firstAt) {
      this.first = part.first;
      this.#firstAt = at;
    }
    if (at > this.#lastAt) {
      this.last = part.last;
      this.#lastAt = at;
    }
    this.numbers += part.numbers;
  }
}

export function sumsAt({ count, numbers, sum, min, max, first, last }: Aggregates, i: number): Sums {
  return {
    count: count[i]!,
    numbers: numbers[i]!,
    sum: sum[i]!,
    min: min[i]!,
    max: max[i]!,
    first: first[i]!,
    last: last[i]!,
  };
}
