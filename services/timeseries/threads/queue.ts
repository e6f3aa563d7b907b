/** Rows that wait for a store's writer: bounded, and always room for one piece of work, however large. */
import { CodedError } from '../../model/index.ts';

export class Queue {
  readonly #rows: number;
  readonly #what: string;
  #waiting = 0;

  /** `rows`: timeseries.queueRows. `what`: what they wait for, in a few words. */
  constructor(rows: number, what: string) {
    this.#rows = rows;
    this.#what = what;
  }

  /** Rejects with hub.busy where too much waits already. */
  async with<T>(rows: number, work: () => Promise<T>): Promise<T> {
    if (this.#waiting > 0 && this.#waiting + rows > this.#rows) {
      const detail = `${this.#waiting} rows wait for ${this.#what}, timeseries.queueRows allows ${this.#rows}`;
      throw new CodedError('hub.busy', detail);
    }
    this.#waiting += rows;
    try {
      return await work();
    } finally {
      this.#waiting -= rows;
    }
  }
}
