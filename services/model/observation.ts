/** One Observation as decoding yields it, and its form on the way to the store. */
import type { ReadingValue } from './uplink.ts';

/** Type byte of a stored result: the JSON type that a client sent or a decoder gave is kept. */
export const RESULT = { number: 0, boolean: 1, text: 2, object: 3, none: 4 } as const;
export type ResultType = (typeof RESULT)[keyof typeof RESULT];

export function resultType(value: unknown): ResultType {
  if (value === null) return RESULT.none;
  if (typeof value === 'number') return RESULT.number;
  if (typeof value === 'boolean') return RESULT.boolean;
  return typeof value === 'string' ? RESULT.text : RESULT.object;
}

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
  /** Made or changed over the API: what a row has beside a reading's. Left out: a device's reading with tie number 0. */
  readonly edited?: { readonly n: number; readonly id: number; readonly extra: RowExtra };
}

/** What is rare in a row, as the JSON of its column `x`. */
export interface RowExtra {
  /** Result that is text, object or array. */
  readonly v?: unknown;
  /** End of phenomenonTime, milliseconds, where it is an interval. */
  readonly e?: number;
  /** resultTime, milliseconds; null: it has none. Left out: it is the phenomenonTime (readings of devices). */
  readonly rt?: number | null;
  /** validTime: start and end, milliseconds. */
  readonly vt?: readonly [number, number];
  /** parameters */
  readonly p?: unknown;
  /** resultQuality as it was given. */
  readonly rq?: unknown;
  /** Rest of phenomenonTime below the millisecond, microseconds. */
  readonly us?: number;
  /** FeatureOfInterest that this Observation names, where it is not the one of its Datastream at that time. */
  readonly f?: number;
  /** (ds, t) whose @iot.id this row has kept, because it was moved from there [docs/semantics.md, Rows and ids]. */
  readonly k?: readonly [ds: number, t: number];
}

/** An Observation that was made or changed over the API, as a row of the store. Its `rec` is the record that holds it. */
export interface EditedRow {
  readonly ds: number;
  readonly t: number;
  /** 0, or from EDITED_TIES on. */
  readonly n: number;
  /** Assigned @iot.id, 0: the layout of ids or `k` of the extra gives it. */
  readonly id: number;
  /** RESULT */
  readonly type: number;
  /** NaN is written as null: JSON has none. */
  readonly r: number | null;
  readonly q: number;
  readonly x: RowExtra | null;
}

/** Tie numbers of rows from the API start here, so that they never meet those that the store gives. */
export const EDITED_TIES = 2 ** 30;
/** Assigned @iot.ids that the API gives start here; those of the store are below. They end before 2^42. */
export const EDITED_IDS = 2 ** 41;

/** A row by where it stands and the record that brought it there. */
export interface RowPlace {
  readonly ds: number;
  readonly t: number;
  readonly n: number;
  readonly rec: number;
}

/** What the API did to Observations, as the journal keeps it beside changes of the catalogue. */
export type Edit =
  /**
   * The row stands there from now on. A row of another record that stands at (ds, t, 0) becomes a further tie. Numbers from
   * EDITED_TIES on are each given once; where one is taken all the same, this row gets the last free one. `from`: the row that it
   * was until now, which the same record removes. Where the put is refused, that row stays.
   */
  | { readonly op: 'put'; readonly row: EditedRow; readonly from?: RowPlace }
  /**
   * The row that record `rec` brought to (ds, t) is gone, and stays so when that record is read again. `n`: its tie number,
   * where the record brought several rows to that instant; left out: all of them.
   */
  | { readonly op: 'remove'; readonly ds: number; readonly t: number; readonly rec: number; readonly n?: number }
  /** The Datastream is deleted with all its Observations; its id never comes again. */
  | { readonly op: 'drop'; readonly ds: number };

/** The edits of one journal record. */
export interface EditBatch {
  readonly rec: number;
  readonly edits: readonly Edit[];
}

/**
 * Rows on the way to the store, as columns: numbers cross to a worker without an object per row. Row i is (ds[i], t[i], …).
 * `x` holds what is rare: JSON of a RowExtra.
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
