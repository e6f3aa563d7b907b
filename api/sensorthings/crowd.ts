/** How many queries may be under way, in all and from one address: each may hold some megabytes until its client has read. */
import { networkOf } from '../../services/access/index.ts';
import { CodedError } from '../../services/model/index.ts';

export interface CrowdLimits {
  readonly maxQueries: number;
  readonly maxQueriesPerAddress: number;
}

export class Crowd {
  readonly #limits: CrowdLimits;
  readonly #addresses = new Map<string, number>();
  #all = 0;

  constructor(limits: CrowdLimits) {
    this.#limits = limits;
  }

  /** Returns the function that leaves again. @throws CodedError hub.busy at a limit. */
  enter(from: string): () => void {
    const address = networkOf(from);
    const here = this.#addresses.get(address) ?? 0;
    const { maxQueries, maxQueriesPerAddress } = this.#limits;
    if (this.#all >= maxQueries) {
      throw new CodedError('hub.busy', `${maxQueries} queries are under way (sensorthings.maxQueries); try again`);
    }
    if (here >= maxQueriesPerAddress) {
      const detail = `${here} queries of your address are under way (sensorthings.maxQueriesPerAddress); try again`;
      throw new CodedError('hub.busy', detail);
    }
    this.#all++;
    this.#addresses.set(address, here + 1);
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#all--;
      const left = (this.#addresses.get(address) ?? 1) - 1;
      if (left === 0) this.#addresses.delete(address);
      else this.#addresses.set(address, left);
    };
  }
}
