/** Records that wait for their group: bytes in one growing buffer, and the callbacks in order. */
import { RECORD_HEADER } from './format.ts';

export type Done = (error: Error | null, number: number) => void;

export class Group {
  /** Number of the first record. */
  first = 0;
  count = 0;
  /** Bytes used. */
  length = 0;
  readonly done: Done[] = [];
  private buffer: Buffer;

  constructor(bytes: number) {
    this.buffer = Buffer.allocUnsafeSlow(bytes);
  }

  add(kind: number, body: Uint8Array, at: number, done: Done): void {
    const end = this.length + RECORD_HEADER + body.length;
    if (end > this.buffer.length) this.grow(end);
    const buffer = this.buffer;
    buffer.writeUInt32LE(body.length, this.length);
    buffer[this.length + 4] = kind;
    buffer.writeDoubleLE(at, this.length + 5);
    buffer.set(body, this.length + RECORD_HEADER);
    this.length = end;
    this.count += 1;
    this.done.push(done);
  }

  /** The records' bytes; valid until `reset`. */
  bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  reset(first: number, keepBytes: number): void {
    this.first = first;
    this.count = 0;
    this.length = 0;
    this.done.length = 0;
    // a burst must not hold its memory for ever
    if (this.buffer.length > keepBytes) this.buffer = Buffer.allocUnsafeSlow(keepBytes);
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}
