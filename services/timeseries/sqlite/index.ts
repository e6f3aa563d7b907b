/**
 * The embedded time-series store on SQLite, the default. Start with `store.ts` (main thread), then `writing.ts` and
 * `reading.ts` (the two worker threads), `database.ts` (the tables).
 */
import type { TimeseriesStore } from '../port.ts';
import { SqliteStore, type SqliteStorePorts } from './store.ts';

export { FORMAT as STORE_FORMAT } from './database.ts';
export { type StoreFile, sqliteStoreFiles } from './files.ts';
export type { SqliteStorePorts } from './store.ts';

export function sqliteStore(ports: SqliteStorePorts): TimeseriesStore {
  return new SqliteStore(ports);
}
