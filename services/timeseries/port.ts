/**
 * The port to wherever Observations are kept. Adapters: `sqlite/` (embedded, the default), `influxdb/` (a server that the city
 * has), `memory/` (tests). `contract.ts` is the one suite that every adapter passes.
 *
 * A row is known by (ds, t, n): Datastream, phenomenonTime in milliseconds, tie number. n = 0 is the first reading of an
 * instant; further ones of the same instant are ties [docs/semantics.md].
 */
import type { CodedError, EditBatch, RowBatch } from '../model/index.ts';

/** A row that could not take n = 0 because another journal record holds it. The caller knows whether that is a repetition. */
export interface Conflict {
  /** Index of the row in its batch. */
  readonly index: number;
  /** Journal records of all rows that stand at this (ds, t). */
  readonly records: readonly number[];
}

/** A row that the store does not take, whatever is tried: it becomes a dead letter. */
export interface Rejected {
  /** Index of the row in its batch. */
  readonly index: number;
  /** What the store said of it. */
  readonly detail: string;
}

export interface WriteReport {
  readonly inserted: number;
  /** Rows that this very record had written before (replay after a crash): nothing was done. */
  readonly replayed: number;
  readonly conflicts: readonly Conflict[];
  /** Left out: none. The others of the batch are stored. */
  readonly rejected?: readonly Rejected[];
}

/** An edit that the store does not take, whatever is tried. */
export interface RejectedEdit {
  /** Record of its EditBatch, and its index there. */
  readonly rec: number;
  readonly index: number;
  readonly detail: string;
}

export interface WriteOptions {
  /**
   * `first` (default): rows go to n = 0 or are reported as conflicts. `tie`: rows are further readings of their instant and
   * get the next free n, unless their record stands at this (ds, t) already.
   */
  readonly mode?: 'first' | 'tie';
}

/** Rows read, as columns. Row i is (ds[i], t[i], n[i], …). */
export interface Rows {
  readonly length: number;
  readonly ds: ArrayLike<number>;
  readonly t: ArrayLike<number>;
  readonly n: ArrayLike<number>;
  /** NaN where the result is no number. */
  readonly r: ArrayLike<number>;
  readonly type: ArrayLike<number>;
  readonly rec: ArrayLike<number>;
  readonly q: ArrayLike<number>;
  /**
   * Assigned @iot.id where it differs from the layout of ids (ties, odd times), else 0. What a store assigns itself follows
   * from (rec, ds, t), so that a store made again gives the same ids (`derived-ids.ts`).
   */
  readonly id: ArrayLike<number>;
  /** Row index ▸ JSON text, as in RowBatch. */
  readonly x: ReadonlyMap<number, string>;
}

/** `time`: by (t, ds, n). `id`: by (ds, t, n). Each also backwards. */
export type RowOrder = 'time' | '-time' | 'id' | '-id';

export interface RangeQuery {
  /** Ascending Datastream ids; null: all. */
  readonly datastreams: readonly number[] | null;
  /** Inclusive, milliseconds; null: open. */
  readonly from: number | null;
  /** Exclusive, milliseconds; null: open. */
  readonly to: number | null;
  /** Inclusive bounds of a numeric result; rows without a numeric result don't match when one is set. null: open. */
  readonly resultMin?: number | null;
  readonly resultMax?: number | null;
  readonly order: RowOrder;
  /** Rows to pass over. */
  readonly offset: number;
  /** Rows at the most; Infinity allowed. */
  readonly limit: number;
}

/** What a store knows of Datastreams without reading their rows, as columns by Datastream id, ascending. */
export interface Extents {
  readonly length: number;
  readonly ds: ArrayLike<number>;
  readonly count: ArrayLike<number>;
  /** Start of the first and end of the last phenomenonTime, milliseconds. */
  readonly firstTime: ArrayLike<number>;
  readonly lastTime: ArrayLike<number>;
}

export interface AggregateQuery extends Pick<RangeQuery, 'datastreams' | 'from' | 'to' | 'resultMin' | 'resultMax'> {
  /** Ascending, milliseconds: bucket i holds the starts in [edges[i], edges[i + 1]). null: one bucket for everything. */
  readonly edges: readonly number[] | null;
  /** A group for each Datastream instead of one for all. */
  readonly perDatastream: boolean;
  /** 0 … 1, e.g. 0.95. Computed exactly, interpolated between neighbours. */
  readonly quantiles: readonly number[];
}

/** Groups that have a row, as columns, by (ds, bucket). Numbers count, and booleans as 0 and 1; NaN: no such result. */
export interface Aggregates {
  readonly length: number;
  /** 0 where all Datastreams are one group. */
  readonly ds: ArrayLike<number>;
  readonly bucket: ArrayLike<number>;
  /** All rows, whatever their result. */
  readonly count: ArrayLike<number>;
  /** Those of them with a numeric result: what `mean` divides `sum` by. */
  readonly numbers: ArrayLike<number>;
  readonly mean: ArrayLike<number>;
  readonly min: ArrayLike<number>;
  readonly max: ArrayLike<number>;
  readonly sum: ArrayLike<number>;
  /** By (t, n), of those with a numeric result. */
  readonly first: ArrayLike<number>;
  readonly last: ArrayLike<number>;
  /** One column per quantile that was asked. */
  readonly quantiles: readonly ArrayLike<number>[];
}

/** What an adapter can't do, each with the reason for people; the API answers 501 (`store.unsupported`) with it. */
export interface Capabilities {
  /** Why rows that stand cannot be changed or removed; new ones can always be put. null: they can. */
  readonly edit: string | null;
  /** The longest span of time that one question may cover, and why; null: any. */
  readonly span: { readonly milliseconds: number; readonly reason: string } | null;
}

/** Places of rows, or of rows that were removed, as columns: place i is (ds[i], t[i], n[i], rec[i]). */
export interface Places {
  readonly length: number;
  readonly ds: ArrayLike<number>;
  readonly t: ArrayLike<number>;
  readonly n: ArrayLike<number>;
  readonly rec: ArrayLike<number>;
}

/** What is read differently now [docs/semantics.md, Decoding again]. */
export interface Revision {
  /** Rows as they are from now on: type, r, q and x take the place of what stands at (ds, t, n) from the same record. */
  readonly set: Rows;
  /** Rows that go, without a tombstone: their record may bring them again. */
  readonly remove: Places;
}

/** Old rows that go [docs/semantics.md, What is kept]. */
export interface Expiry {
  /** Ascending; null: all but `except`. */
  readonly datastreams: readonly number[] | null;
  /** Ascending. Left out: none. */
  readonly except?: readonly number[];
  /** Inclusive, milliseconds; null: open. */
  readonly from: number | null;
  /** Exclusive, milliseconds. */
  readonly before: number;
}

/**
 * Failures of an adapter that goes on by itself when the cause is gone carry a code of their own: `store.unavailable` (wait),
 * `store.credentials` and `store.missing` (somebody must mend it; the message says what), `store.replaced` (another store stands
 * there now: `identity` has changed, and nothing is known to be stored in it).
 */
export interface TimeseriesStore {
  readonly capabilities: Capabilities;
  /**
   * Which store this is, once it is started: one that was made anew in place of a lost one has another identity, so what the
   * lost one had is not taken for stored. Empty: a store of a hub that knew no identities.
   */
  readonly identity: string;
  /**
   * What keeps a store that is reached over a network from being used, as it was seen a few seconds ago, also while nobody asks
   * it anything; `since`: milliseconds since 1970; `isAway`: nobody answers there at all. null: nothing does. Left out: a store that
   * can't be away.
   */
  readonly trouble?: { readonly error: CodedError; readonly since: number; readonly isAway: boolean } | null;
  /** A store that is reached over a network starts also while it can't be reached. */
  start(): Promise<void>;
  /** Finishes writes under way, then closes. */
  stop(): Promise<void>;
  /** Resolves when the rows are durable (they survive a loss of power) and every later read sees them. */
  write(batch: RowBatch, options?: WriteOptions): Promise<WriteReport>;
  /**
   * Chunks of at most 2,000 rows in the asked order. What takes long comes in smaller ones, and one without rows is a sign
   * of life: the caller can end it. Ending the iteration early frees the reader at once.
   */
  scan(query: RangeQuery): AsyncIterable<Rows>;
  /** Rows that match, without regard to order, offset and limit. */
  count(query: RangeQuery): Promise<number>;
  /**
   * Edits of the API, in the order of their records; resolves when they are durable and every later read sees them. Doing
   * them again changes nothing. A later `write` of a record whose row was removed reports it as replayed, and a row that
   * would stand where one was removed as a conflict with that record. Resolves with those that the store refused for good.
   */
  edit(batches: readonly EditBatch[]): Promise<readonly RejectedEdit[]>;
  /**
   * Rows of devices as their records are read now, in place: what still stands as (ds, t, n, rec) is changed or goes; nothing
   * else is touched, so what a person edited or deleted meanwhile stays. Doing it again changes nothing.
   */
  revise(revision: Revision): Promise<{ readonly changed: number; readonly removed: number }>;
  /**
   * Removes rows, tombstones and ids of old times for good, in short steps beside other work; resolves with the number of rows
   * when they are gone from the disk or will be without anybody's help.
   */
  expire(expiry: Expiry): Promise<number>;
  /** The row of an assigned @iot.id (1 … 2^42−1), or null. */
  byAssignedId(id: number): Promise<Rows | null>;
  /** The row that has kept the @iot.id of (ds, t) though it stands elsewhere now (`k` of its extra), or null. */
  byClaim(ds: number, t: number): Promise<Rows | null>;
  /** All rows at one instant of one Datastream, by n. */
  at(ds: number, t: number): Promise<Rows>;
  /** For each time (ascending): does a row stand there, or did one that was removed? */
  occupied(ds: number, times: readonly number[]): Promise<readonly boolean[]>;
  /** Of those that have rows. null: all. */
  extents(datastreams: readonly number[] | null): Promise<Extents>;
  aggregate(query: AggregateQuery): Promise<Aggregates>;
  /** The last row of each Datastream that has one, by id ascending. */
  last(datastreams: readonly number[]): Promise<Rows>;

  // For moving everything to another store, and for backups.

  /** Rows as they stand in another store, with their n, id, rec and claims. Doing it again changes nothing. */
  place(rows: Rows): Promise<void>;
  /** Rows that were removed, by (ds, t, n, rec), from this place on (exclusive; null: from the first). Chunks of at most 2,000. */
  tombstones(after: { readonly ds: number; readonly t: number } | null): AsyncIterable<Places>;
  /** Tombstones as they stand in another store. Doing it again changes nothing. */
  bury(places: Places): Promise<void>;
  /** Datastreams that were deleted (`drop`), ascending. */
  dropped(): Promise<readonly number[]>;
}
