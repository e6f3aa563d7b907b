/** Gathers what an answer says into large pieces, and knows how much it was. */
import type { Reply } from './reply.ts';

/** Pieces are gathered to this many characters: larger ones are slower, because they live longer in memory. */
const PIECE = 48 * 1024;

export class BodyWriter {
  readonly #reply: Reply;
  #pending = '';
  /** Characters so far: bytes, but for what is not ASCII. */
  written = 0;

  constructor(reply: Reply) {
    this.#reply = reply;
  }

  /** Before the first piece of the body. */
  header(name: string, value: string): void {
    this.#reply.header(name, value);
  }

  /** Appends; true: `flush` must be awaited before more comes. */
  add(text: string): boolean {
    this.#pending += text;
    this.written += text.length;
    return this.#pending.length >= PIECE;
  }

  async write(text: string): Promise<void> {
    if (this.add(text)) await this.flush();
  }

  /** Hands over what is gathered; resolves when there is room for more. */
  async flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = '';
    if (text !== '') await this.#reply.write(text);
  }

  async end(): Promise<void> {
    await this.flush();
    this.#reply.end();
  }
}
