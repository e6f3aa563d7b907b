/** The latest values read from the store, where their own file is missing or damaged. */
import { RESULT } from '../services/model/index.ts';
import type { IngestPorts } from './ports.ts';

/** Offers only: what came in live meanwhile and is newer stays. */
export async function latestFromStore({
  store,
  latest,
  catalogue,
}: Pick<IngestPorts, 'store' | 'latest' | 'catalogue'>): Promise<void> {
  const rows = await store.last([...catalogue.set('Datastreams').keys()]);
  for (let i = 0; i < rows.length; i++) {
    const type = rows.type[i] as number;
    const r = rows.r[i] as number;
    const x = rows.x.get(i);
    const value = type === RESULT.boolean ? r === 1 : x === undefined ? r : JSON.parse(x).v;
    const t = rows.t[i] as number;
    latest.offer(rows.ds[i] as number, t, type, r, value, rows.q[i] as number, t);
  }
}
