/** One Observation as decoding yields it, and its form on the way to the store. */
import type { ReadingValue } from './uplink.ts';

/** Type byte of a stored result: the JSON type that a client sent or a decoder gave is kept. */
export const RESULT = { number: 0, boolean: 1, text: 2, object: 3, none: 4 } as const;
export type ResultType = (typeof RESULT)[keyof typeof RESULT];

/** Quality flags of a reading, a bit set. 0: nothing to say. A flag never drops a reading. */
export const QUALITY = {
  /** Outside the quantity's plausible range. */
  implausible: 1,
  /** phenomenonTime lies more than five minutes after the receipt: stored, never the latest. */
  future: 2,
  /** phenomenonTime was taken from the receipt because neither payload nor network gave one. */
  receiptTime: 4,
  /** A person edited it. */
  edited: 8,
} as const;

/** What goes over the bus to live clients and rules. */
export interface LiveObservation {
  /** Datastream id. */
  readonly datastream: number;
  /** Milliseconds since 1970. */
  readonly phenomenonTime: number;
  readonly result: ReadingValue | object | null;
  /** QUALITY bits. */
  readonly quality: number;
  /** When the hub received it, milliseconds since 1970. */
  readonly receivedAt: number;
}

/**
 * Rows on the way to the store, as columns: numbers cross to a worker without an object per row. Row i is (ds[i], t[i], …).
 * `x` holds what is rare: JSON with `v` (text or object result), `e` (interval end, ms), `rt` (resultTime, ms), `vt`
 * (validTime), `p` (parameters), `us` (rest below the millisecond).
 */
export interface RowBatch {
  readonly length: number;
  /** Datastream id. */
  readonly ds: Int32Array;
  /** phenomenonTime (an interval's start), milliseconds since 1970. */
  readonly t: Float64Array;
  /** Result as a number; booleans are 0 and 1; NaN where the result is text, object or none. */
  readonly r: Float64Array;
  /** RESULT. */
  readonly type: Uint8Array;
  /** Journal record number. */
  readonly rec: Float64Array;
  /** QUALITY bits. */
  readonly q: Uint8Array;
  /** Row index ▸ JSON text. */
  readonly x: ReadonlyMap<number, string>;
}
