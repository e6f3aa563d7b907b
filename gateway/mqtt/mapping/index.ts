/**
 * Source `mqtt`: any device that publishes JSON, mapped to channels by configuration. Start with `options.ts` (what a
 * mapping says) and `source.ts` (what becomes of a message).
 */
export { type Mapping, mapping } from './options.ts';
export { mqttSource } from './source.ts';
