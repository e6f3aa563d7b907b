/**
 * Source `chirpstack`: the JSON events of ChirpStack v4, over MQTT or its HTTP integration. Start with `source.ts`
 * (which event is it) and `uplink.ts` (the hot path). README.md says how to connect a ChirpStack.
 */
export { type Options, options } from './options.ts';
export { chirpstack } from './source.ts';
