/** How many bytes of bodies may be on their way at one time: each is held until its change is on disk. */
import { CodedError } from '../../../services/model/index.ts';

/** A request counts at least so much, with an empty body too. */
const LEAST = 4096;

export class BodyRoom {
  readonly #limit: number;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Returns the function that leaves again. @throws CodedError hub.busy */
  enter(length: number): () => void {
    const bytes = Math.max(length, LEAST);
    // one alone always has room
    if (this.#bytes > 0 && this.#bytes + bytes > this.#limit) {
      throw new CodedError(
        'hub.busy',
        `bodies of ${this.#bytes} bytes are being written (sensorthings.writeBytes); try again`,
      );
    }
    this.#bytes += bytes;
    let inside = true;
    return () => {
      if (inside) this.#bytes -= bytes;
      inside = false;
    };
  }
}
