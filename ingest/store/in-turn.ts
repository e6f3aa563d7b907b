/** The store for what others write, while nothing else is under way there. Failures are theirs. */
import type { TimeseriesStore } from '../../services/timeseries/index.ts';
import type { IngestCounters } from '../counters.ts';
import type { Turns } from './turns.ts';

export type StoreInTurn = Pick<TimeseriesStore, 'write' | 'edit' | 'revise'>;

export interface InTurnPorts {
  readonly store: StoreInTurn;
  readonly turns: Turns;
  readonly counters: Pick<IngestCounters, 'replayed'>;
  /** Rows that are known to stand may change or go now. */
  readonly revising: () => void;
}

export function storeInTurn({ store, turns, counters, revising }: InTurnPorts): StoreInTurn {
  return {
    write: async (batch, options) => {
      const report = await turns.take(() => store.write(batch, options));
      counters.replayed += report.replayed;
      return report;
    },
    edit: (batches) => turns.take(() => store.edit(batches)),
    revise: (revision) =>
      turns.take(() => {
        revising();
        return store.revise(revision);
      }),
  };
}
