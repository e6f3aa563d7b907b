/** The removal under way. Others wait for its end; the hub's stop does so for a moment only, because a store may take hours. */

export interface StepLimits {
  /** How long a stop waits for what is under way, milliseconds. */
  readonly stopMs: number;
}

/** The work goes on without this hub, or is done again after the next start. */
export class Left extends Error {}

export class Step {
  readonly #stopMs: number;
  #work: Promise<unknown> = Promise.resolve();
  #leave: () => void = () => undefined;
  #stopping = false;

  constructor({ stopMs }: StepLimits = { stopMs: 2000 }) {
    this.#stopMs = stopMs;
  }

  /** One at a time. Settles as the work does; rejects with Left where the hub stops and the work does not end. */
  take<T>(work: Promise<T>): Promise<T> {
    this.#work = work.catch(() => undefined);
    return new Promise<T>((resolve, reject) => {
      this.#leave = () => reject(new Left('the hub stops'));
      work.then(resolve, reject);
      if (this.#stopping) this.#leaveLater();
    });
  }

  /** Resolves when what was decided before has ended. */
  async settled(): Promise<void> {
    await this.#work;
  }

  stop(): void {
    this.#stopping = true;
    this.#leaveLater();
  }

  #leaveLater(): void {
    setTimeout(() => this.#leave(), this.#stopMs).unref();
  }
}
