/**
 * Turning a connection away with a word: CONNACK "server unavailable" [MQTT 3.1.1 §3.2.2.3], so that its client knows why and
 * waits before it comes again. It is not read any further.
 */
import type { Duplex } from 'node:stream';

const UNAVAILABLE = Buffer.from([0x20, 2, 0, 3]);
/** Time in which the client takes the answer; closing at once would reset the connection under it. */
const LINGER_MS = 1000;
/** Of more than these at one time nobody gets an answer: a flood must not hold sockets. */
const LINGERING_AT_MOST = 100;

export class Farewell {
  #lingering = 0;

  say(stream: Duplex): void {
    stream.on('error', () => {});
    if (this.#lingering >= LINGERING_AT_MOST) {
      stream.destroy();
      return;
    }
    this.#lingering++;
    const late = setTimeout(() => stream.destroy(), LINGER_MS).unref();
    stream.once('close', () => {
      this.#lingering--;
      clearTimeout(late);
    });
    // what it sends meanwhile is thrown away
    stream.resume();
    stream.end(UNAVAILABLE);
  }
}
