/** How the store is: what ingest knows from its writes, and what the store knows by itself while nothing is written. */
import { faultOf, type StoreLag } from '../ingest/index.ts';
import { REMEDIES } from '../services/model/index.ts';
import type { Storage } from './storage.ts';

/** Plain JSON, but for Infinity. */
export function storeLag({ pipeline, store }: Pick<Storage, 'pipeline' | 'store'>): StoreLag {
  const { lag } = pipeline.storing;
  const trouble = store.trouble ?? null;
  if (trouble === null || (lag.state !== 'works' && lag.state !== 'catching up')) return lag;
  const { since, error } = trouble;
  const { code, message: reason } = error;
  return {
    ...lag,
    state: faultOf(error) === 'mend' ? 'stopped' : 'waits',
    since,
    code,
    reason,
    remedy: REMEDIES[code],
    lastError: { at: since, code, message: reason },
  };
}
