/**
 * Source `things-stack`: the JSON messages of The Things Stack v3 (The Things Network, The Things Industries), over MQTT or
 * its webhooks. Start with `source.ts`. README.md says how to connect one.
 */
export { type Options, options } from './options.ts';
export { thingsStack } from './source.ts';
