/** How many clients there are, in all and per address. */
import { CodedError } from '../../services/model/index.ts';
import type { Options } from './options.ts';

export interface Admission {
  /** Returns the function that gives the place back (calling it twice does no harm). Throws `hub.busy`. */
  enter(address: string): () => void;
  readonly clients: number;
}

export function admission({
  maxConnections,
  maxPerAddress,
}: Pick<Options, 'maxConnections' | 'maxPerAddress'>): Admission {
  const perAddress = new Map<string, number>();
  let clients = 0;
  return {
    get clients() {
      return clients;
    },
    enter(address) {
      const here = perAddress.get(address) ?? 0;
      if (clients >= maxConnections)
        throw new CodedError('hub.busy', 'as many live clients as option live.maxConnections allows');
      if (here >= maxPerAddress) {
        throw new CodedError('hub.busy', 'as many live clients from this address as option live.maxPerAddress allows');
      }
      perAddress.set(address, here + 1);
      clients++;
      let inside = true;
      return () => {
        if (!inside) return;
        inside = false;
        clients--;
        const left = perAddress.get(address)! - 1;
        if (left === 0) perAddress.delete(address);
        else perAddress.set(address, left);
      };
    },
  };
}
