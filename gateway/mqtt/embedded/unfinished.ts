/**
 * Packets that have begun and are not complete. The parser holds their bytes, for as long as their client likes: all of them
 * together have a bound, and each has a time.
 */
import type { Options } from '../options.ts';

export interface Sender {
  /** Closes its connection. */
  cut(reason: 'unfinished' | 'packet-timeout'): void;
}

export class Unfinished<S extends Sender> {
  readonly #limits: Pick<Options, 'maxUnfinishedBytes' | 'packetTimeoutMs'>;
  readonly #senders = new Map<S, { bytes: number; readonly late: NodeJS.Timeout }>();
  #bytes = 0;

  constructor(limits: Pick<Options, 'maxUnfinishedBytes' | 'packetTimeoutMs'>) {
    this.#limits = limits;
  }

  /** Bytes of all. */
  get bytes(): number {
    return this.#bytes;
  }

  /** So many bytes of its packet are there now; `anew`: of another one than before. */
  note(sender: S, bytes: number, anew: boolean): void {
    const known = this.#senders.get(sender);
    if (known !== undefined && (anew || bytes === 0)) this.forget(sender);
    if (bytes === 0) return;
    const packet = this.#senders.get(sender) ?? this.#begin(sender);
    this.#bytes += bytes - packet.bytes;
    packet.bytes = bytes;
    while (this.#bytes > this.#limits.maxUnfinishedBytes) this.#cutLargest();
  }

  forget(sender: S): void {
    const known = this.#senders.get(sender);
    if (known === undefined) return;
    clearTimeout(known.late);
    this.#bytes -= known.bytes;
    this.#senders.delete(sender);
  }

  #begin(sender: S): { bytes: number; readonly late: NodeJS.Timeout } {
    const late = setTimeout(() => {
      this.forget(sender);
      sender.cut('packet-timeout');
    }, this.#limits.packetTimeoutMs).unref();
    const made = { bytes: 0, late };
    this.#senders.set(sender, made);
    return made;
  }

  /** Of those with the same size the one that has been sending for longest. */
  #cutLargest(): void {
    let largest: S | null = null;
    let most = -1;
    for (const [sender, { bytes }] of this.#senders) {
      if (bytes <= most) continue;
      largest = sender;
      most = bytes;
    }
    if (largest === null) return;
    this.forget(largest);
    largest.cut('unfinished');
  }
}
