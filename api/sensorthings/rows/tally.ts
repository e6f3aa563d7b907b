/** How many of what a reader sees leads to an entity, by its id. */
import type { EntityId } from '../../../services/model/index.ts';

const FIRST_IDS = 1024;

export class Tally {
  #counts = new Uint32Array(FIRST_IDS);

  has(id: EntityId): boolean {
    return (this.#counts[id] ?? 0) > 0;
  }

  /** `step` 1 or −1. Is it the first now, or was it the last? */
  add(id: EntityId, step: 1 | -1): boolean {
    if (id >= this.#counts.length) {
      const grown = new Uint32Array(Math.max(this.#counts.length * 2, id + 1));
      grown.set(this.#counts);
      this.#counts = grown;
    }
    const count = (this.#counts[id] as number) + step;
    this.#counts[id] = count;
    return count === (step === 1 ? 1 : 0);
  }
}
