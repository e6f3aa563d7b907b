/** What the main thread and the two workers say to each other. `seq` ties an answer to its question. */
import type { Options } from '../options.ts';
import type { BuriedKey } from '../places.ts';
import type { Expiry } from '../port.ts';
import type {
  BuryRequest,
  EditRequest,
  Packed,
  PlaceRequest,
  ReaderRequest,
  ReadQuestion,
  ReviseRequest,
} from '../threads/requests.ts';
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

/** Questions with one answer. */
export type Question =
  | ReadQuestion
  | { readonly ask: 'buried'; readonly after: BuriedKey | null; readonly limit: number }
  | { readonly ask: 'dropped' };

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
  | ReaderRequest<Question>;

/** What the writer says beside its answers. */
export type WriterNews =
  /** A partition was made. The reader has to know before the write that made it is answered. */
  { readonly kind: 'partition'; readonly name: string } | GoneMessage | ChangedMessage;

/** Both threads answer in one form. The writer is ready by itself, the reader after it got the facts. */
export type FromThread = Reply<StoreFacts | null> | WriterNews;
