/** What storing and reading the journal again need of each other. */
import type { EditBatch, RowBatch } from '../../services/model/index.ts';
import type { BatchBuilder } from '../stages/batch.ts';

/** One reading of the journal, from where the store stands. */
export interface Turn {
  readonly rows: BatchBuilder;
  /** It has lost its sense: the hub stops, or another store stands there. Nothing may be added any more. */
  isOver(): boolean;
  /** Everything up to this record has been added, among it so many edits that came into the overlay by it. */
  added(upTo: number, at: number, edits: number): void;
  /** Is too much in memory? */
  isFull(): boolean;
  /** Waits while that is so. */
  room(): Promise<void>;
}

/** Reads the journal again and gives its rows; made by `pipeline.ts`, which owns the translators. */
export interface Replay {
  /** Translates the records from `from` on until the durable end; returns the last number. */
  run(from: number, turn: Turn): Promise<number>;
  /** Told whenever the store has more, or has caught up. */
  stored(): void;
  /** These rows of a batch were there before, or had been removed: they are no rows of their own. */
  refused(batch: RowBatch, indexes: readonly number[]): void;
  /** These edits did not come to be in the store. */
  refusedEdits(edits: readonly EditBatch[]): void;
  /** The store takes nothing for now. */
  failed(): void;
  /** Another store: edits of the API beyond `stored` are readable again when it resolves. */
  replaced(): Promise<void>;
}
