/** Asks the hub for its state every few seconds, and says when it does not answer. One question at a time. */
import type { AdminError, Status } from '../data/index.ts';

export interface Watched {
  readonly status: Status | null;
  /** When the status came, milliseconds since 1970. */
  readonly at: number | null;
  /** Why the last question was not answered; null: it was. */
  readonly error: AdminError | null;
  /** Since when it is not. */
  readonly failingSince: number | null;
}

export interface WatchPorts {
  ask(): Promise<Status>;
  readonly every: number;
  now(): number;
  changed(): void;
}

export class Watch {
  readonly #ports: WatchPorts;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: Promise<void> | null = null;
  #running = false;
  #watched: Watched = { status: null, at: null, error: null, failingSince: null };

  constructor(ports: WatchPorts) {
    this.#ports = ports;
  }

  get watched(): Watched {
    return this.#watched;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    void this.look();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  /** Now instead of at the end of the wait. Resolves when the hub has answered, or has not. */
  look(): Promise<void> {
    clearTimeout(this.#timer);
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
      if (this.#running) this.#timer = setTimeout(() => void this.look(), this.#ports.every);
    });
    return this.#asking;
  }

  async #ask(): Promise<void> {
    const { ask, now, changed } = this.#ports;
    try {
      const status = await ask();
      this.#watched = { status, at: now(), error: null, failingSince: null };
    } catch (error) {
      const failingSince = this.#watched.failingSince ?? now();
      this.#watched = { ...this.#watched, error: error as AdminError, failingSince };
    }
    changed();
  }
}
