/** What the senders know: of each uplink whether it was acknowledged, and what a person did to its Observation. */

const UNKNOWN = 0;
const SENT = 1;
const ACKNOWLEDGED = 2;

/** What a person did. */
export interface ByHand {
  readonly done: 'deleted' | 'edited';
  /** The new result of an edited one. */
  readonly result: number;
}

export class Truth {
  #states = new Uint8Array(1 << 20);
  /** By uplink number. */
  readonly byHand = new Map<number, ByHand>();
  next = 0;
  sent = 0;
  acknowledged = 0;
  /** Deliveries of something that was acknowledged before. */
  repeated = 0;

  /** The next number, marked as sent. */
  take(): number {
    const number = this.next++;
    if (number >= this.#states.length) {
      const larger = new Uint8Array(this.#states.length * 2);
      larger.set(this.#states);
      this.#states = larger;
    }
    this.#states[number] = SENT;
    this.sent += 1;
    return number;
  }

  acknowledge(number: number): void {
    if (this.#states[number] === ACKNOWLEDGED) {
      this.repeated += 1;
      return;
    }
    this.#states[number] = ACKNOWLEDGED;
    this.acknowledged += 1;
  }

  isAcknowledged(number: number): boolean {
    return this.#states[number] === ACKNOWLEDGED;
  }

  wasSent(number: number): boolean {
    return (this.#states[number] ?? UNKNOWN) !== UNKNOWN;
  }
}
