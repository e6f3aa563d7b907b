/** Writes an answer in pieces, in the client's pace, and knows how much it was. */
import { once } from 'node:events';
import type { Response } from 'express';

/** Pieces are gathered to this many characters. */
const PIECE = 64 * 1024;

export class BodyWriter {
  readonly #res: Response;
  readonly #stallSeconds: number;
  #pending: string[] = [];
  #length = 0;
  /** Characters so far: bytes, but for what is not ASCII. */
  written = 0;

  /** `stallSeconds`: a client that reads nothing for so long is cut off, because its answer holds memory. */
  constructor(res: Response, stallSeconds: number) {
    this.#res = res;
    this.#stallSeconds = stallSeconds;
  }

  /** Has the client got the head of the answer? Then no status can be changed any more. */
  get started(): boolean {
    return this.#res.headersSent;
  }

  async write(text: string): Promise<void> {
    this.#pending.push(text);
    this.#length += text.length;
    this.written += text.length;
    if (this.#length >= PIECE) await this.#flush();
  }

  async #flush(): Promise<void> {
    const text = this.#pending.join('');
    this.#pending = [];
    this.#length = 0;
    if (!this.#res.headersSent) this.#res.status(200).type('application/json');
    if (!this.#res.write(text) && !this.#res.destroyed) {
      // the loser of the race takes its listeners away, else each wait would leave some behind
      const waiting = new AbortController();
      const { signal } = waiting;
      const stalled = setTimeout(() => this.#res.destroy(), this.#stallSeconds * 1000);
      try {
        await Promise.race([once(this.#res, 'drain', { signal }), once(this.#res, 'close', { signal })]);
      } finally {
        clearTimeout(stalled);
        waiting.abort();
      }
    }
  }

  end(): void {
    const text = this.#pending.join('');
    if (this.#res.headersSent) this.#res.end(text);
    else this.#res.status(200).type('application/json').send(text);
  }
}
