/** The store is down, or at a limit: what has to be done waits and is tried again, until somebody ends it. */
import { setTimeout as wait } from 'node:timers/promises';
import { CodedError } from '../../services/model/index.ts';

export interface Patience {
  /** Throws `Ended` where the work shall end. */
  readonly goesOn: () => void;
  /** Why it waits; null: it goes on. */
  readonly paused: (reason: string | null) => void;
}

/** Somebody cancelled it, or the hub stops. The code says that it is no fault of what the store was given. */
export class Ended extends CodedError {
  constructor() {
    super('hub.busy', 'The work was ended.');
  }
}

const FIRST_MS = 50;
const MOST_MS = 5000;
const LOOK_MS = 50;

/** `work` may be done again. Rejects with `Ended`, and with what `isFinal`: trying that again changes nothing. */
export async function patiently<T>(
  { goesOn, paused }: Patience,
  work: () => Promise<T>,
  isFinal: (error: unknown) => boolean = () => false,
): Promise<T> {
  for (let delay = FIRST_MS; ; delay = Math.min(delay * 2, MOST_MS)) {
    goesOn();
    try {
      const result = await work();
      paused(null);
      return result;
    } catch (error) {
      if (error instanceof Ended || isFinal(error)) throw error;
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
