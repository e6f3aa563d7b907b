/** Ids that a reader sees, as one byte each: looked up for every row, and the same after a change of one entity. */
import type { EntityId } from '../../../services/model/index.ts';

const FIRST_IDS = 1024;

export class Shown {
  #bytes = new Uint8Array(FIRST_IDS);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  has(id: EntityId): boolean {
    return this.#bytes[id] === 1;
  }

  set(id: EntityId, is: boolean): void {
    if (is === this.has(id)) return;
    if (id >= this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, id + 1));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[id] = is ? 1 : 0;
    this.#count += is ? 1 : -1;
  }
}
