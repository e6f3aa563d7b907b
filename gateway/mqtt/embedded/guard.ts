/**
 * Reads the fixed header of every packet [MQTT 3.1.1 §2.2] before the parser does: aedes has no limit, and would gather the
 * 256 MB that a stranger announces. Only lengths are looked at; nothing is copied.
 */

export interface GuardLimits {
  /** Largest CONNECT, bytes without the fixed header. */
  readonly maxConnectBytes: number;
  /** All bytes until the client is let in. */
  readonly maxBytesBeforeConnack: number;
  /** Largest SUBSCRIBE and UNSUBSCRIBE, bytes without the fixed header: all their topics are dealt with in one turn. */
  readonly maxSubscribeBytes: number;
  /** Largest packet of those who may publish, bytes without the fixed header. */
  readonly maxPacketBytes: number;
}

export type Violation = 'first-packet' | 'connect-size' | 'before-connack' | 'packet-size' | 'malformed-length';

const CONNECT = 1;
const SUBSCRIBE = 8;
const UNSUBSCRIBE = 10;
const TYPE_NEXT = -1;

export class PacketGuard {
  /** Packets that are complete. */
  finished = 0;
  /** Set when the client's CONNECT was accepted. */
  admitted = false;
  /** May it publish? Who may not has no use for packets larger than SUBSCRIBE. */
  publishes = false;
  /** What remains of the packet under way; TYPE_NEXT: the next byte begins a packet. */
  #left = TYPE_NEXT;
  /** Place value of the next length byte; 0: not inside a length. */
  #weight = 0;
  #length = 0;
  #limit: number;
  #first = true;
  #before = 0;
  readonly #limits: GuardLimits;

  constructor(limits: GuardLimits) {
    this.#limits = limits;
    this.#limit = limits.maxConnectBytes;
  }

  /** Bytes of a packet that is not complete: the parser holds them. */
  get unfinished(): number {
    return this.#weight === 0 && this.#left !== TYPE_NEXT ? this.#length - this.#left : 0;
  }

  /** Takes the next bytes of the connection; says what is wrong with them, or null. */
  take(chunk: Uint8Array): Violation | null {
    const end = chunk.length;
    if (!this.admitted) {
      this.#before += end;
      if (this.#before > this.#limits.maxBytesBeforeConnack) return 'before-connack';
    }
    let at = 0;
    while (at < end) {
      if (this.#weight === 0) {
        if (this.#left === TYPE_NEXT) {
          const type = chunk[at++]! >> 4;
          if (this.#first && type !== CONNECT) return 'first-packet';
          if (!this.#first) this.#limit = this.#limitOf(type);
          this.#weight = 1;
          this.#length = 0;
          continue;
        }
        const step = Math.min(end - at, this.#left);
        at += step;
        this.#left -= step;
        if (this.#left === 0) this.#end();
        continue;
      }
      const byte = chunk[at++]!;
      this.#length += (byte & 0x7f) * this.#weight;
      if (byte > 0x7f) {
        // At most four bytes of length [§2.2.3].
        if (this.#weight === 0x20_0000) return 'malformed-length';
        this.#weight *= 128;
        // A length that is too long already needs no further byte to be refused.
        if (this.#length > this.#limit) return this.#tooLong();
        continue;
      }
      if (this.#length > this.#limit) return this.#tooLong();
      this.#weight = 0;
      this.#left = this.#length;
      this.#first = false;
      if (this.#left === 0) this.#end();
    }
    return null;
  }

  #end(): void {
    this.#left = TYPE_NEXT;
    this.finished++;
  }

  #limitOf(type: number): number {
    const { maxPacketBytes, maxSubscribeBytes } = this.#limits;
    // what comes before the answer to CONNECT has its own bound
    const small = type === SUBSCRIBE || type === UNSUBSCRIBE || (this.admitted && !this.publishes);
    return small ? Math.min(maxPacketBytes, maxSubscribeBytes) : maxPacketBytes;
  }

  #tooLong(): Violation {
    return this.#first ? 'connect-size' : 'packet-size';
  }
}
