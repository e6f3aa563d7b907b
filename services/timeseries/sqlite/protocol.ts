/** What the main thread and the two workers say to each other. `seq` ties an answer to its question. */
import type { EditBatch } from '../../model/index.ts';
import type { PlainRows } from '../columns.ts';
import type { Options } from '../options.ts';
import type { BuriedKey, PlainPlaces } from '../places.ts';
import type { AggregateQuery, Expiry, RangeQuery } from '../port.ts';
import type { Reply } from '../threads/thread.ts';
import type { WriteRequest } from '../threads/write-request.ts';
import type { SliceChange } from './slice-change.ts';

export interface WorkerSettings {
  readonly folder: string;
  readonly options: Options;
  /** The hub's time at the start, milliseconds; decides where weeks begin when the store is made. */
  readonly now: number;
}

/** What the writer found at its start, and the reader needs for its own. */
export interface StoreFacts {
  readonly identity: string;
  readonly weeksFrom: number;
  readonly weeksTo: number;
  readonly partitions: readonly string[];
  /** Partitions whose files were lost since the last start. */
  readonly lost: readonly string[];
}

export interface EditRequest {
  readonly kind: 'edit';
  readonly seq: number;
  readonly batches: readonly EditBatch[];
}

/** Rows, or places of removed rows, as they stand in another store. */
export interface PlaceRequest {
  readonly kind: 'place';
  readonly seq: number;
  readonly rows: PlainRows;
}

export interface BuryRequest {
  readonly kind: 'bury';
  readonly seq: number;
  readonly places: PlainPlaces;
}

/** Rows of devices as their records are read now. Answered with how many were changed and removed. */
export interface ReviseRequest {
  readonly kind: 'revise';
  readonly seq: number;
  readonly set: PlainRows;
  readonly remove: PlainPlaces;
}

export interface ExpireRequest {
  readonly kind: 'expire';
  readonly seq: number;
  readonly expiry: Packed<Expiry>;
}

export type ToWriter =
  | ExpireRequest
  | ReviseRequest
  | PlaceRequest
  | BuryRequest
  | WriteRequest
  | EditRequest
  | { readonly kind: 'stop' };

/** A query on its way to the reader: a list of ids as a column crosses ten times faster. Ascending; null: all. */
export type Packed<Query extends { readonly datastreams: readonly number[] | null }> = Omit<Query, 'datastreams'> & {
  readonly datastreams: Int32Array<ArrayBuffer> | null;
};

/** Questions with one answer. */
export type Question =
  | { readonly ask: 'count'; readonly query: Packed<RangeQuery> }
  | { readonly ask: 'byAssignedId'; readonly id: number }
  | { readonly ask: 'at'; readonly ds: number; readonly t: number }
  | { readonly ask: 'byClaim'; readonly ds: number; readonly t: number }
  | { readonly ask: 'occupied'; readonly ds: number; readonly times: readonly number[] }
  | { readonly ask: 'extents'; readonly datastreams: Int32Array<ArrayBuffer> | null }
  | { readonly ask: 'aggregate'; readonly query: Packed<AggregateQuery> }
  | { readonly ask: 'buried'; readonly after: BuriedKey | null; readonly limit: number }
  | { readonly ask: 'dropped' }
  | { readonly ask: 'last'; readonly datastreams: Int32Array<ArrayBuffer> };

/** From the writer, to the reader: a partition of which everything was due has gone. */
export interface GoneMessage {
  readonly kind: 'gone';
  readonly name: string;
}

/** From the writer, to the reader before the write is answered: statistics of a partition that a transaction changed. */
export interface ChangedMessage {
  readonly kind: 'changed';
  readonly name: string;
  readonly changes: readonly SliceChange[];
}

export type ToReader =
  | { readonly kind: 'facts'; readonly facts: StoreFacts }
  | { readonly kind: 'partition'; readonly name: string }
  | GoneMessage
  | ChangedMessage
  | { readonly kind: 'question'; readonly seq: number; readonly question: Question }
  | { readonly kind: 'scan'; readonly seq: number; readonly query: Packed<RangeQuery> }
  /** The next chunk of a scan, please. The first one comes unasked. */
  | { readonly kind: 'more'; readonly seq: number }
  | { readonly kind: 'end'; readonly seq: number }
  | { readonly kind: 'stop' };

/** A chunk of a scan, its answer to `scan` and to every `more`. */
export interface Chunk {
  readonly rows: PlainRows;
  readonly done: boolean;
}

/** What the writer says beside its answers. */
export type WriterNews =
  /** A partition was made. The reader has to know before the write that made it is answered. */
  { readonly kind: 'partition'; readonly name: string } | GoneMessage | ChangedMessage;

/** Both threads answer in one form. The writer is ready by itself, the reader after it got the facts. */
export type FromThread = Reply<StoreFacts | null> | WriterNews;
