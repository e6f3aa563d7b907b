/** Waits that double, half of each random, so that many hubs don't come back in the same moment. */

export interface Backoff {
  /** Milliseconds to wait before the next try. */
  next(): number;
  /** After a success. */
  reset(): void;
}

export function backoff(minMs: number, maxMs: number, random: () => number): Backoff {
  let wait = minMs;
  return {
    next() {
      const now = Math.min(wait, maxMs);
      wait = Math.min(wait * 2, maxMs);
      return now / 2 + (now / 2) * random();
    },
    reset() {
      wait = minMs;
    },
  };
}
