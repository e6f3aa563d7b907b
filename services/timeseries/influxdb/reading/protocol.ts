/**
 * What is said to the reader's thread. The writer tells it what only the writer knows; its messages go through the main thread
 * and arrive before the write that they belong to is answered.
 */
import type { ErrorCode } from '../../../model/index.ts';
import type { ReaderRequest } from '../../threads/requests.ts';
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

export type ToReader = FromWriter | ReaderRequest;

/** The reader's news, beside its answers: an answer came from another store than the known one. */
export interface ReaderNews {
  /** `still`: no request is under way since `deletes`. */
  readonly kind: 'doubt' | 'still';
}

export type FromReader = Reply<null> | ReaderNews;
