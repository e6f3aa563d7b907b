/**
 * Client ids are kept apart by who holds them. A client that connects ends the one with the same id before it
 * [MQTT 3.1.1 §3.1.4-2], and what comes next over the id counts as perhaps sent before; ids are no secrets, so a stranger could
 * end every gateway of the city. With a space of its own for each credential there is nothing to take over and nothing to
 * occupy: neither a client without a password nor one with another can stand in the way of a device.
 */
import { type Identity, networkOf } from '../../../services/access/index.ts';

export interface Holder {
  readonly identity: Identity;
  readonly anonymous: boolean;
  /** A page of another web site, with a password that the browser remembered. */
  readonly foreign: boolean;
  readonly address: string;
}

/** The id under which the broker knows the client: `<who>/<id>`. Those without a password are told apart by where they are. */
export function ownClientId(id: string, { identity, anonymous, foreign, address }: Holder): string {
  const who = anonymous ? `${identity.name}@${networkOf(address)}` : identity.name;
  return `${foreign ? `page:${who}` : who}/${id}`;
}
