/** Chance that can be repeated: the same seed gives the same campaign. */

export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to 1 [mulberry32, Tommy Ettinger, public domain]. */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  between(from: number, to: number): number {
    return from + this.unit() * (to - from);
  }

  /** From `from` up to `to`, whole, `to` excluded. */
  whole(from: number, to: number): number {
    return Math.floor(this.between(from, to));
  }

  pick<T>(list: readonly T[]): T {
    return list[this.whole(0, list.length)] as T;
  }
}
