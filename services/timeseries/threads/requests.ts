/** What the main thread asks of a store's two threads, whichever store it is. `seq` ties an answer to its question. */
import type { EditBatch } from '../../model/index.ts';
import type { PlainRows } from '../columns.ts';
import type { PlainPlaces } from '../places.ts';
import type { AggregateQuery, RangeQuery } from '../port.ts';

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

interface OfDatastreams {
  readonly datastreams: readonly number[] | null;
}

/** A query on its way to a thread: a list of ids as a column crosses ten times faster. Ascending; null: all. */
export type Packed<Query extends OfDatastreams> = Omit<Query, 'datastreams'> & {
  readonly datastreams: Int32Array<ArrayBuffer> | null;
};

export function packed<Query extends OfDatastreams>(query: Query): Packed<Query> {
  const { datastreams } = query;
  return { ...query, datastreams: datastreams === null ? null : Int32Array.from(datastreams) };
}

/** Questions with one answer. */
export type ReadQuestion =
  | { readonly ask: 'count'; readonly query: Packed<RangeQuery> }
  | { readonly ask: 'byAssignedId'; readonly id: number }
  | { readonly ask: 'at'; readonly ds: number; readonly t: number }
  | { readonly ask: 'byClaim'; readonly ds: number; readonly t: number }
  | { readonly ask: 'occupied'; readonly ds: number; readonly times: readonly number[] }
  | { readonly ask: 'extents'; readonly datastreams: Int32Array<ArrayBuffer> | null }
  | { readonly ask: 'aggregate'; readonly query: Packed<AggregateQuery> }
  | { readonly ask: 'last'; readonly datastreams: Int32Array<ArrayBuffer> };

/** What every reader's thread understands. A store may have further questions. */
export type ReaderRequest<Question = ReadQuestion> =
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
