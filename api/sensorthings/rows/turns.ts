/**
 * Whose turn it is. All queries together get one slice of a turn of the event loop, in the order in which they asked, and
 * none while messages wait for their acknowledgement: an acknowledgement takes several turns (read, write, sync, answer), and
 * every query with a slice in each of them would multiply its time.
 */

/** Longest time that queries step back for messages, milliseconds: under steady load they still go on. */
const PATIENCE = 20;

export class Turns {
  readonly #busy: () => boolean;
  #waiting: (() => void)[] = [];
  #asked = false;

  /** `busy`: do messages wait for their acknowledgement? */
  constructor(busy: () => boolean) {
    this.#busy = busy;
  }

  /** Does somebody wait for a turn? */
  get crowded(): boolean {
    return this.#waiting.length > 0;
  }

  /** Resolves when it is the caller's turn. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#ask(performance.now());
    });
  }

  #ask(since: number): void {
    if (this.#asked) return;
    this.#asked = true;
    setImmediate(() => {
      this.#asked = false;
      if (this.#busy() && performance.now() - since < PATIENCE) {
        this.#ask(since);
        return;
      }
      this.#waiting.shift()?.();
      if (this.#waiting.length > 0) this.#ask(performance.now());
    });
  }
}
