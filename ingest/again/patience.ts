/** The store is down, or at a limit: what has to be done waits and is tried again, until somebody ends it. */
import { setTimeout as wait } from 'node:timers/promises';

export interface Patience {
  /** Throws `Ended` where the work shall end. */
  readonly goesOn: () => void;
  /** Why it waits; null: it goes on. */
  readonly paused: (reason: string | null) => void;
}

/** Somebody cancelled it, or the hub stops. */
export class Ended extends Error {}

const FIRST_MS = 50;
const MOST_MS = 5000;
const LOOK_MS = 50;

/** `work` may be done again. Rejects with `Ended` only. */
export async function patiently<T>({ goesOn, paused }: Patience, work: () => Promise<T>): Promise<T> {
  for (let delay = FIRST_MS; ; delay = Math.min(delay * 2, MOST_MS)) {
    goesOn();
    try {
      const result = await work();
      paused(null);
      return result;
    } catch (error) {
      if (error instanceof Ended) throw error;
      paused((error as Error).message);
    }
    for (let waited = 0; waited < delay; waited += LOOK_MS) {
      goesOn();
      await wait(LOOK_MS);
    }
  }
}

/** Waits until it is so. */
export async function until({ goesOn, paused }: Patience, isSo: () => boolean, reason: () => string): Promise<void> {
  while (!isSo()) {
    goesOn();
    paused(reason());
    await wait(LOOK_MS);
  }
  paused(null);
}
