/**
 * OGC SensorThings API 1.1 [18-088], the read path of the eight sets. A request goes text ▸ syntax tree (`syntax/`) ▸
 * checked plan (`plan/`) ▸ entities that the reader may see (`rows/`) ▸ JSON (`answer/`); what the sets are is data in
 * `schema/`. Start with `router.ts`, then `schema/standard.ts`.
 */
export { type Options, options } from './options.ts';
export { type SensorThingsPorts, sensorThings } from './router.ts';
export type { ObservationSource } from './rows/index.ts';
