/**
 * Ingest: from durable messages to Observations. Start with `pipeline.ts` (the order of things), then `stages/translate.ts`
 * (one message) and `storing.ts` (the way into the store, of rows and of the API's edits, also when the store is slow or
 * down; its parts are in `store/`). `latest-asker.ts` settles what memory can't know by itself; `again/` reads old messages once
 * more.
 */
export {
  againEvents,
  DecodingAgain,
  type DecodingAgainPorts,
  type JobJson,
  jobJson,
  type LetterChoice,
  letterJson,
  letterMeasures,
  type Selection,
} from './again/index.ts';
export { storeCheckpoint } from './checkpoint.ts';
export { IngestCounters } from './counters.ts';
export { type Options as IngestOptions, options as ingestOptions } from './options.ts';
export { Pipeline } from './pipeline.ts';
export type { IngestEvents, IngestPorts, LedgerPort } from './ports.ts';
export { faultOf } from './store/faults.ts';
export type { Keeping } from './store/kept.ts';
export type { StoreLag } from './store/lag.ts';
export { ingestEvents, ingestMetrics } from './telemetry.ts';
