/**
 * Scans of the store under way for one address. The store has so many places for everybody, and a query with `$expand` takes
 * several; one address alone must leave some for others.
 */
import { networkOf } from '../../../services/access/index.ts';
import { CodedError } from '../../../services/model/index.ts';

/** The places of one address. */
export interface ScanPlaces {
  /** Most of them are taken: its queries should take one after the other. */
  readonly crowded: boolean;
  /** Takes a place; returns what gives it back. @throws CodedError hub.busy where there is none. */
  enter(): () => void;
}

export class Scans {
  readonly #most: number;
  readonly #open = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  of(from: string): ScanPlaces {
    const address = networkOf(from);
    const open = this.#open;
    const most = this.#most;
    const here = () => open.get(address) ?? 0;
    return {
      get crowded() {
        return here() * 2 >= most;
      },
      enter() {
        if (here() >= most) {
          const detail = `${most} scans for queries of your address are under way (sensorthings.maxScansPerAddress); try again`;
          throw new CodedError('hub.busy', detail);
        }
        open.set(address, here() + 1);
        let inside = true;
        return () => {
          if (!inside) return;
          inside = false;
          if (here() === 1) open.delete(address);
          else open.set(address, here() - 1);
        };
      },
    };
  }
}
