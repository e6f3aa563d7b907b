/** Under which name the ledger keeps how far a store has come. */
import type { TimeseriesStore } from '../services/timeseries/index.ts';

/** All their names begin so. */
export const STORE_CHECKPOINTS = 'store';

/** Each store has its own, so that one made anew in place of a lost one begins at the journal's begin. It has been started. */
export function storeCheckpoint({ identity }: Pick<TimeseriesStore, 'identity'>): string {
  return identity === '' ? STORE_CHECKPOINTS : `${STORE_CHECKPOINTS}:${identity}`;
}
