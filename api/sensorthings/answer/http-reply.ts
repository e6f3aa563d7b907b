/** A Reply over HTTP, in the client's pace. */
import type { Response } from 'express';
import type { Reply } from './reply.ts';

export class HttpReply implements Reply {
  readonly #res: Response;
  readonly #stallSeconds: number;
  /** The first piece, kept until the second comes: if none does, it goes out with its length and an ETag. */
  #held: string | null = null;
  // kept until it starts: an answer that fails before leaves nothing behind in the response
  #code = 200;
  readonly #headers: [name: string, value: string][] = [];

  /** `stallSeconds`: a client that reads nothing for so long is cut off, because its answer holds memory. */
  constructor(res: Response, stallSeconds: number) {
    this.#res = res;
    this.#stallSeconds = stallSeconds;
  }

  get started(): boolean {
    return this.#res.headersSent;
  }

  status(code: number): void {
    this.#code = code;
  }

  header(name: string, value: string): void {
    this.#headers.push([name, value]);
  }

  async write(text: string): Promise<void> {
    if (this.#held === null && !this.started) {
      this.#held = text;
      return;
    }
    if (!this.started) this.#start();
    const piece = this.#held === null ? text : this.#held + text;
    this.#held = null;
    if (!this.#res.write(piece) && !this.#res.destroyed) await this.#drained();
  }

  #start(): void {
    this.#res.status(this.#code);
    for (const [name, value] of this.#headers) this.#res.setHeader(name, value);
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const stalled = setTimeout(() => this.#res.destroy(), this.#stallSeconds * 1000);
      // whichever comes first takes both listeners away, else each wait would leave one behind
      const over = () => {
        clearTimeout(stalled);
        this.#res.off('drain', over).off('close', over);
        resolve();
      };
      this.#res.on('drain', over).on('close', over);
    });
  }

  end(): void {
    if (!this.started) this.#start();
    if (this.#held === null) this.#res.end();
    else this.#res.send(this.#held);
  }
}
