/**
 * What is said to the reader's thread. The writer tells it what only the writer knows; its messages go through the main thread
 * and arrive before the write that they belong to is answered.
 */
import type { ErrorCode } from '../../../model/index.ts';
import type { PlainRows } from '../../columns.ts';
import type { AggregateQuery, RangeQuery } from '../../port.ts';
import type { Reply } from '../../threads/thread.ts';

/** Datastreams that have a series, as columns: Datastream ds[i] stands in measurement names[name[i]]. */
export interface SeriesColumns {
  readonly ds: Int32Array;
  readonly name: Int32Array;
  readonly names: readonly string[];
}

/** Rows by (ds, t, n, rec), as columns. */
export interface PlaceColumns {
  readonly length: number;
  readonly ds: Int32Array;
  readonly t: Float64Array;
  readonly n: Int32Array;
  readonly rec: Float64Array;
}

export type FromWriter =
  /** Where the hub's rows stand: after each connection that was checked, and whenever another store is found. */
  | {
      readonly kind: 'state';
      /** As in `_stadtpegel`: an answer that ends with another one is refused. */
      readonly identity: string;
      /** Rows with t < from or t ≥ to stand in the history policy, milliseconds. */
      readonly current: { readonly from: number; readonly to: number };
      readonly series: SeriesColumns;
      readonly dropped: Int32Array;
      /** Rows that were removed and whose points are not deleted yet. */
      readonly standing: PlaceColumns;
    }
  /** Nothing can be asked until the next `state`; why. */
  | { readonly kind: 'away'; readonly fault: { readonly code: ErrorCode; readonly detail: string } }
  /** New series, before their first rows. */
  | { readonly kind: 'series'; readonly series: SeriesColumns }
  | { readonly kind: 'dropped'; readonly ds: Int32Array }
  /** Rows that are removed, while their points stand. */
  | { readonly kind: 'removed'; readonly places: PlaceColumns }
  /** Rows that stand again by the same record: they show at once. */
  | { readonly kind: 'restored'; readonly places: PlaceColumns }
  /** The server deletes points, or has done so: answers that it gives meanwhile may lack rows, so none is asked for. */
  | { readonly kind: 'deletes'; readonly underWay: boolean }
  /** The points of removed rows are deleted by now. */
  | { readonly kind: 'gone'; readonly places: PlaceColumns }
  /** Said before the first request that changes rows goes out. */
  | { readonly kind: 'begins'; readonly batch: number }
  /**
   * Said when the last request of a batch was answered. `added`: new rows, with the end of their interval, else NaN.
   * `touched`: Datastreams of which something else changed, or nobody knows; null: all.
   */
  | {
      readonly kind: 'ends';
      readonly batch: number;
      readonly added: { readonly ds: Int32Array; readonly t: Float64Array; readonly end: Float64Array };
      readonly touched: Int32Array | null;
    };

/** A query on its way to the reader: a list of ids as a column crosses ten times faster. Ascending; null: all. */
export type Packed<Query extends { readonly datastreams: readonly number[] | null }> = Omit<Query, 'datastreams'> & {
  readonly datastreams: Int32Array | null;
};

/** Questions with one answer. */
export type Question =
  | { readonly ask: 'count'; readonly query: Packed<RangeQuery> }
  | { readonly ask: 'byAssignedId'; readonly id: number }
  | { readonly ask: 'at'; readonly ds: number; readonly t: number }
  | { readonly ask: 'byClaim'; readonly ds: number; readonly t: number }
  | { readonly ask: 'occupied'; readonly ds: number; readonly times: readonly number[] }
  | { readonly ask: 'extents'; readonly datastreams: Int32Array | null }
  | { readonly ask: 'aggregate'; readonly query: Packed<AggregateQuery> }
  | { readonly ask: 'last'; readonly datastreams: Int32Array };

export type ToReader =
  | FromWriter
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

/** The reader's news, beside its answers: an answer came from another store than the known one. */
export interface ReaderNews {
  /** `still`: no request is under way since `deletes`. */
  readonly kind: 'doubt' | 'still';
}

export type FromReader = Reply<null> | ReaderNews;
