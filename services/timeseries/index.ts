/**
 * Where Observations are kept. Start with `port.ts` (what a store can do) and `contract.ts` (what every store must do);
 * `sqlite/` is the embedded default, `memory/` the reference. `latest.ts` holds the newest reading of each Datastream.
 */
export { LatestValues, type LatestValuesPorts } from './latest.ts';
export type { LatestReader, LatestReading } from './latest-port.ts';
export { memoryStore } from './memory/index.ts';
export { type Options, options } from './options.ts';
export type * from './port.ts';
export { type SqliteStorePorts, sqliteStore } from './sqlite/index.ts';
