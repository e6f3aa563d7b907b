/**
 * The journal: every message and every change of the catalogue, raw, durable and in one order. Everything after it is a
 * projection.
 */

/** Kind byte of a record. */
export const RECORD = {
  /** A RawMessage of a network, see `message.ts`. */
  message: 1,
  /** A change of the registry: JSON, see `services/registry`. */
  change: 2,
  /** Its content is gone: by age, by order, or there never was any. See `gone.ts`. Readers pass over it. */
  gone: 3,
} as const;

export interface JournalRecord {
  /** Position in the journal, from 1, without gaps. */
  readonly number: number;
  /** RECORD. */
  readonly kind: number;
  /** Hub's clock at the append, milliseconds since 1970. */
  readonly at: number;
  readonly body: Uint8Array;
}

export interface Journal {
  /** Opens the segments, cuts a torn tail, finds flipped bits. */
  start(): Promise<void>;
  /** Writes what is waiting, then closes. */
  stop(): Promise<void>;
  /**
   * Takes a record; `done` is called once it is on disk (fdatasync), in the order of the numbers, or with an error when it
   * could not be written (then it is not in the journal). Returns the record's number at once. The body is copied.
   */
  append(kind: number, body: Uint8Array, at: number, done: (error: Error | null, number: number) => void): number;
  /** Number of the last durable record; 0: none. */
  readonly last: number;
  /** Number of the oldest record that is still kept; 1 on a new journal. */
  readonly first: number;
  /** Records from `from` to the durable end, in order. Damaged groups are skipped and counted, never invented. */
  read(from: number, to?: number): AsyncIterable<readonly JournalRecord[]>;
  /** One record, or null where it is not kept any more or damaged. */
  get(number: number): Promise<JournalRecord | null>;
  /** Called after each group that became durable, before the `done` of its records, with the records in order. */
  onCommit(listener: (records: readonly JournalRecord[]) => void): () => void;
}
