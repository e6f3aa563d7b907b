/** What reading costs, in rows that are looked at (0.1 µs each, measured), so that a task knows when to pause. */

/** A statement: 10 µs. */
export const STATEMENT = 100;
/** Rows that one statement may look at. */
export const LOOKED_AT = 15_000;
/** A row that is handed over to JavaScript. */
const TAKEN = 8;
/** A step: about two milliseconds. */
const STEP = 15_000;

export class Effort {
  /** Rows looked at so far, about. */
  lookedAt = 0;
  #cost = 0;

  /** True: a pause is due. */
  spend(lookedAt: number, taken: number): boolean {
    this.lookedAt += lookedAt;
    this.#cost += STATEMENT + lookedAt + TAKEN * taken;
    if (this.#cost < STEP) return false;
    this.#cost = 0;
    return true;
  }
}
