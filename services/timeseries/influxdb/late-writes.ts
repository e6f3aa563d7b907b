/**
 * Writes that were given up and may be done late: by a server that stood still and goes on, or by a proxy that held them. For rows of
 * devices that is no harm. What changes the same points waits until they have had their time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isAnswer, isInfluxAnswer, wordsOf } from './server-fault.ts';

export class LateWrites {
  readonly #settleMs: number;
  /** Since when the server answers again, milliseconds of the process; null: it does not yet. undefined: none is expected. */
  #answered: number | null | undefined;

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /** One was given up, by this process or the one before. */
  expect(): void {
    this.#answered = null;
  }

  /** The server has answered something. */
  answered(): void {
    if (this.#answered === null) this.#answered = performance.now();
  }

  get areExpected(): boolean {
    return this.#answered !== undefined && this.#left(this.#answered) > 0;
  }

  /** Resolves when they have had their time. */
  async settled(): Promise<void> {
    const answered = this.#answered;
    if (answered === undefined) return;
    const left = this.#left(answered);
    if (left > 0) await sleep(left);
    // another one may have been given up meanwhile
    if (this.#answered === answered) this.#answered = undefined;
  }

  #left(answered: number | null): number {
    const now = performance.now();
    return (answered ?? now) + this.#settleMs - now;
  }
}

/** Whether somebody between may still have a write that failed so, or the server itself. */
export function mayComeLate(cause: unknown): boolean {
  if (!isAnswer(cause)) return true;
  const { statusCode } = cause;
  if (statusCode === 408 || (statusCode >= 502 && statusCode <= 504)) return true;
  // proxies have codes of their own, as 524; the server says why
  if (statusCode === 429 || statusCode >= 500) return !isInfluxAnswer(cause) || /time ?out/i.test(wordsOf(cause));
  return false;
}
