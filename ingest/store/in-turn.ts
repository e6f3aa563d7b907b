/**
 * The store for what others write, while nothing else is under way there. Failures are theirs. What came to be erased, frozen or
 * too old while they waited for their turn, or between two tries, is left out.
 */
import type { EditBatch } from '../../services/model/index.ts';
import type { Revision, TimeseriesStore } from '../../services/timeseries/index.ts';
import type { IngestCounters } from '../counters.ts';
import { type Keeping, keptOf } from './kept.ts';
import { revisionLeft } from './revision-left.ts';
import type { Turns } from './turns.ts';

export type StoreInTurn = Pick<TimeseriesStore, 'write' | 'edit' | 'revise'>;

export interface InTurnPorts {
  readonly store: StoreInTurn;
  readonly turns: Turns;
  readonly counters: Pick<IngestCounters, 'replayed' | 'expired' | 'erased'>;
  readonly keeping?: Keeping | undefined;
  /** Is what stands there held as evidence? Left out: nothing is. */
  readonly frozen?: ((datastream: number, t: number) => boolean) | undefined;
  /** Rows that are known to stand may change or go, until it settles. */
  readonly revising: (work: Promise<unknown>) => void;
  /** These edits are tried again now. */
  readonly editing: (batches: readonly EditBatch[]) => void;
}

export function storeInTurn({ store, turns, counters, keeping, frozen, revising, editing }: InTurnPorts): StoreInTurn {
  const isErased = (edit: EditBatch['edits'][number]) =>
    edit.op === 'put' && (keeping?.erased(edit.row.ds, edit.row.t) ?? false);
  return {
    write: (batch, options) =>
      turns.take(async () => {
        const { rows, expired, erased } = await keptOf(batch, keeping);
        const left = new Set([...expired, ...erased]);
        const report = await store.write(rows, options);
        counters.replayed += report.replayed;
        counters.expired += expired.length;
        counters.erased += erased.length;
        if (left.size === 0) return report;
        // the caller's batch counts
        const places = Array.from({ length: batch.length }, (_, i) => i).filter((i) => !left.has(i));
        const back = <T extends { readonly index: number }>(one: T) => ({ ...one, index: places[one.index] as number });
        return { ...report, conflicts: report.conflicts.map(back), rejected: report.rejected?.map(back) ?? [] };
      }),
    edit: (batches) =>
      turns.take(async () => {
        const places = new Map<number, number[]>();
        const left = batches.map((batch) => {
          if (!batch.edits.some(isErased)) return batch;
          const indexes = [...batch.edits.keys()].filter((i) => !isErased(batch.edits[i] as (typeof batch.edits)[0]));
          places.set(batch.rec, indexes);
          return { ...batch, edits: indexes.map((i) => batch.edits[i] as (typeof batch.edits)[0]) };
        });
        editing(batches);
        const rejected = await store.edit(left);
        return rejected.map((one) => ({ ...one, index: places.get(one.rec)?.[one.index] ?? one.index }));
      }),
    revise: (revision: Revision) =>
      turns.take(() => {
        const work = store.revise(revisionLeft(revision, keeping, frozen));
        revising(work);
        return work;
      }),
  };
}
