/** Questions that wait until the store has everything up to a record. */
import { CodedError } from '../../model/index.ts';

interface Waiter {
  readonly record: number;
  resolve(): void;
  reject(error: Error): void;
}

export class Waiting {
  readonly #longest: number;
  readonly #waiters = new Set<Waiter>();
  #stored = 0;
  #trouble: Error | null = null;

  /** `longest`: milliseconds. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Rejects with the store's code or hub.busy when the store is down, with hub.busy when it takes too long. */
  until(record: number): Promise<void> {
    if (record <= this.#stored) return Promise.resolve();
    if (this.#trouble !== null) return Promise.reject(refusal(this.#trouble));
    return new Promise((resolve, reject) => {
      const end = (work: () => void) => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        work();
      };
      const waiter: Waiter = {
        record,
        resolve: () => end(resolve),
        reject: (error) => end(() => reject(error)),
      };
      const timer = setTimeout(
        () => waiter.reject(new CodedError('hub.busy', 'The store is behind, and this question needs all its rows.')),
        this.#longest,
      );
      this.#waiters.add(waiter);
    });
  }

  stored(record: number): void {
    this.#stored = Math.max(this.#stored, record);
    for (const waiter of this.#waiters) if (waiter.record <= this.#stored) waiter.resolve();
  }

  /** The store that is there now has everything up to this record. */
  reopened(record: number): void {
    this.#stored = 0;
    this.stored(record);
  }

  /** Why the store takes nothing; null: it does. */
  trouble(error: Error | null): void {
    this.#trouble = error;
    if (error === null) return;
    for (const waiter of this.#waiters) waiter.reject(refusal(error));
  }
}

function refusal(error: Error): CodedError {
  const isTheirs = error instanceof CodedError && error.code.startsWith('store.');
  const what = 'The store takes no rows, and this question needs all of them';
  // addresses and paths are for operators: they have them in /admin/status and in the log
  return isTheirs
    ? new CodedError(error.code, `${what}: ${error.message}`, { cause: error })
    : new CodedError('hub.busy', `${what}.`, { cause: error });
}
