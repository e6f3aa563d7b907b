/**
 * Where Observations are kept. Start with `port.ts` (what a store can do) and `contract.ts` (what every store must do);
 * `sqlite/` is the embedded default, `influxdb/` a server that the city has, `memory/` the reference. `latest.ts` holds what memory knows of each
 * Datastream; `overlay/` shows what is accepted and not yet stored together with what is.
 */
export { Aggregation, type AggregationLimit } from './aggregation.ts';
export { Columns } from './columns.ts';
export { type InfluxStorePorts, influxStore, type SeriesNames, slugOf } from './influxdb/index.ts';
export { LatestValues, type LatestValuesPorts } from './latest.ts';
export type { Doubt } from './latest-doubts.ts';
export type { KnownRow } from './latest-facts.ts';
export { LATEST_FORMAT, LATEST_MAGIC } from './latest-file.ts';
export type { LatestReader, LatestReading, NewestRow } from './latest-port.ts';
export type { ToldLatest } from './latest-rows.ts';
export { memoryStore } from './memory/index.ts';
export { type Moves, movesIn } from './moves.ts';
export { type Options, options } from './options.ts';
export {
  CERTAINTY,
  type ObservationSource,
  Overlay,
  type OverlayPorts,
  type PendingRows,
} from './overlay/index.ts';
export type * from './port.ts';
export { RefusedPuts } from './refused-puts.ts';
export { withinSpan } from './span.ts';
export { type SqliteStorePorts, STORE_FORMAT, type StoreFile, sqliteStore, sqliteStoreFiles } from './sqlite/index.ts';
export { partitionsLost, storeEnded } from './telemetry.ts';
