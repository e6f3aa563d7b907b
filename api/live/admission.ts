/** How many clients there are, in all and per address, and how often those of one address have something looked up for them. */
import { networkOf } from '../../services/access/index.ts';
import { type Clock, CodedError } from '../../services/model/index.ts';
import type { Options } from './options.ts';

/** What a client has of the hub. */
export interface Place {
  /** Gives it back; twice does no harm. */
  leave(): void;
  /** It wants a new snapshot. Throws `hub.busy`. */
  spend(): void;
}

export interface Admission {
  /** Throws `hub.busy`. */
  enter(address: string): Place;
  readonly clients: number;
}

interface Address {
  clients: number;
  /** Joins in this minute. */
  joins: number;
  minute: number;
}

/** Addresses without clients whose joins are remembered; the oldest is forgotten first. */
const REMEMBERED = 10_000;

export function admission(
  {
    maxConnections,
    maxPerAddress,
    joinsPerMinute,
  }: Pick<Options, 'maxConnections' | 'maxPerAddress' | 'joinsPerMinute'>,
  clock: Clock,
): Admission {
  const addresses = new Map<string, Address>();
  let clients = 0;
  const at = (address: string): Address => {
    const minute = Math.floor(clock.now() / 60_000);
    const known = addresses.get(address);
    if (known !== undefined) {
      if (known.minute !== minute) known.joins = 0;
      known.minute = minute;
      return known;
    }
    if (addresses.size >= REMEMBERED + maxConnections)
      for (const [name, { clients: here }] of addresses) {
        if (here > 0) continue;
        addresses.delete(name);
        break;
      }
    const made = { clients: 0, joins: 0, minute };
    addresses.set(address, made);
    return made;
  };
  const spend = (here: Address) => {
    if (here.joins >= joinsPerMinute)
      throw new CodedError(
        'hub.busy',
        'as many joins and filters from this address as option live.joinsPerMinute allows',
      );
    here.joins++;
  };
  return {
    get clients() {
      return clients;
    },
    enter(from) {
      const address = networkOf(from);
      const here = at(address);
      if (clients >= maxConnections)
        throw new CodedError('hub.busy', 'as many live clients as option live.maxConnections allows');
      if (here.clients >= maxPerAddress)
        throw new CodedError('hub.busy', 'as many live clients from this address as option live.maxPerAddress allows');
      spend(here);
      here.clients++;
      clients++;
      let inside = true;
      return {
        spend: () => spend(at(address)),
        leave() {
          if (!inside) return;
          inside = false;
          clients--;
          here.clients--;
        },
      };
    },
  };
}
