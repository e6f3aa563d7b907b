/**
 * The registry: which organisations, Things, devices and Datastreams there are. `port.ts` is how to change it,
 * `catalogue.ts` how to read it; `journaled-registry.ts` keeps both together with the journal and the snapshot.
 */
export { AGGREGATE_PROPERTIES, aggregateStream } from './aggregate-stream.ts';
export { type CatalogueReader, type FormerMounting, type Index, rightOnes } from './catalogue.ts';
export { type Change, decodeChange, encodeChange, type Put, type Remove } from './change.ts';
export { DeviceHealthTable } from './health.ts';
export { type ImportDocument, importSchema } from './import-document.ts';
export { JournaledRegistry, type RegistryPorts } from './journaled-registry.ts';
export { NotYetDurable } from './not-yet-durable.ts';
export { type Options, options } from './options.ts';
export type {
  ChangeFeed,
  ChangeNews,
  ChangePlan,
  DeviceHealth,
  DeviceModelInfo,
  DeviceModels,
  ImportReport,
  Registry,
} from './port.ts';
export { registryEvents } from './telemetry.ts';
