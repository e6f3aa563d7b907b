/** Readings of devices that wait for the store, in runs: one gathers, others are being written. */
import type { RowBatch } from '../../model/index.ts';

/** What is known of the instant that a waiting reading claims. */
export const CERTAINTY = {
  /** It is read from the journal again and may be in the store: it shows when the store has it. */
  hidden: 0,
  /** The store has to be asked whether its instant is free. */
  open: 1,
  /** Its instant is free: it will be the row n = 0. */
  free: 2,
} as const;

/** Rows in the order of their records; more may be added at the end, none is changed. */
export interface PendingRows extends RowBatch {
  /** CERTAINTY, a column like the others. */
  readonly certainty: Uint8Array;
}

const BUCKETS = 1 << 14;

/** From a Datastream to its rows in one run; made as far as somebody reads. */
export class RunIndex {
  readonly #run: PendingRows;
  /** Last row of each bucket of Datastreams, −1: none; and from a row to the one before it in its bucket. */
  readonly #heads = new Int32Array(BUCKETS).fill(-1);
  #before = new Int32Array(0);
  #length = 0;

  constructor(run: PendingRows) {
    this.#run = run;
  }

  /** Calls `visit` with the rows of a Datastream, the first one first. */
  rowsOf(ds: number, visit: (row: number) => void): void {
    this.#update();
    const found: number[] = [];
    for (let row = this.#heads[bucketOf(ds)]!; row !== -1; row = this.#before[row]!)
      if (this.#run.ds[row] === ds) found.push(row);
    for (let i = found.length - 1; i >= 0; i--) visit(found[i]!);
  }

  #update(): void {
    const { ds, length } = this.#run;
    if (this.#length === length) return;
    if (this.#before.length < length) {
      const larger = new Int32Array(Math.max(1024, length * 2));
      larger.set(this.#before);
      this.#before = larger;
    }
    for (let row = this.#length; row < length; row++) {
      const bucket = bucketOf(ds[row]!);
      this.#before[row] = this.#heads[bucket]!;
      this.#heads[bucket] = row;
    }
    this.#length = length;
  }
}

function bucketOf(ds: number): number {
  return ds & (BUCKETS - 1);
}
