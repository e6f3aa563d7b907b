/** Whom limits per address count: whoever holds an IPv6 network has 2⁶⁴ addresses, and counts as one. */
import { isIPv6 } from 'node:net';

const GROUPS = 8;
/** Of them the first ones name the network: a /64 is what one subscriber gets [RFC 6177]. */
const NETWORK = 4;

/**
 * The address itself for IPv4, also where it is mapped into IPv6; `2001:db8:1:2::/64` for IPv6; text that is no address stays as
 * it is.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1]!;
  const plain = address.split('%')[0]!;
  if (!isIPv6(plain) || plain === '::1') return address;
  const [front, back] = plain.split('::') as [string, string | undefined];
  const groups = front === '' ? [] : front.split(':');
  if (back !== undefined) {
    const rest = back === '' ? [] : back.split(':');
    // a dotted end stands for two groups
    const last = rest.at(-1)?.includes('.') ? 1 : 0;
    while (groups.length + rest.length + last < GROUPS) groups.push('0');
    groups.push(...rest);
  }
  const network = groups.slice(0, NETWORK).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
