/**
 * How many HTTP connections there are, in all and per address. Who comes beyond that is told so at once, before it has asked
 * anything: a flood costs neither parsing nor a worker's time. This machine has places of its own, so that its operator and
 * its monitoring get in during a flood.
 */
import type { Socket } from 'node:net';
import { networkOf } from '../../services/access/index.ts';
import type { Options } from './options.ts';

export type Refusal = 'connections' | 'address';

const STATUS = { connections: '503 Service Unavailable', address: '429 Too Many Requests' } as const;
/** Time in which the client takes the answer; closing at once would reset the connection under it. */
const LINGER_MS = 1000;
/** Of more than these at one time nobody gets an answer: a flood must not hold sockets. */
export const LINGERING_AT_MOST = 100;

type Places = Pick<Options, 'maxConnections' | 'maxConnectionsPerAddress' | 'reservedConnections' | 'trustedProxies'>;

export class Admission {
  readonly #options: Places;
  readonly #perAddress = new Map<string, number>();
  #open = 0;
  #lingering = 0;

  constructor(options: Places) {
    this.#options = options;
  }

  get open(): number {
    return this.#open;
  }

  /** Takes the connection; else says why not, and has answered it. */
  enter(socket: Socket): Refusal | null {
    const address = socket.remoteAddress ?? '';
    const refusal = this.#refusal(address);
    if (refusal !== null) {
      this.#turnAway(socket, refusal);
      return refusal;
    }
    this.#open++;
    const network = networkOf(address);
    this.#perAddress.set(network, (this.#perAddress.get(network) ?? 0) + 1);
    socket.once('close', () => {
      this.#open--;
      const left = (this.#perAddress.get(network) ?? 1) - 1;
      if (left === 0) this.#perAddress.delete(network);
      else this.#perAddress.set(network, left);
    });
    return null;
  }

  #refusal(address: string): Refusal | null {
    const { maxConnections, maxConnectionsPerAddress, reservedConnections, trustedProxies } = this.#options;
    const local = isLoopback(address);
    if (this.#open >= maxConnections + (local ? reservedConnections : 0)) return 'connections';
    // of a proxy all connections come from one address
    if (local || trustedProxies > 0) return null;
    return (this.#perAddress.get(networkOf(address)) ?? 0) >= maxConnectionsPerAddress ? 'address' : null;
  }

  #turnAway(socket: Socket, refusal: Refusal): void {
    socket.on('error', () => {});
    if (this.#lingering >= LINGERING_AT_MOST) {
      socket.destroy();
      return;
    }
    this.#lingering++;
    const late = setTimeout(() => socket.destroy(), LINGER_MS).unref();
    socket.once('close', () => {
      this.#lingering--;
      clearTimeout(late);
    });
    socket.resume();
    socket.end(`HTTP/1.1 ${STATUS[refusal]}\r\nRetry-After: 10\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
