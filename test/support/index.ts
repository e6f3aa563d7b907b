/**
 * Helpers for tests, beside any folder's code. `needs.ts` looks for the real servers that a test starts; `stage.ts` is where
 * to begin with a test over whole processes: it starts hubs (`hub-process.ts`) and ends them.
 */
export {
  type InfluxProxy,
  type InfluxServer,
  influxProxy,
  influxServer,
  type ProxyMode,
} from '../../tools/influxd/index.ts';
export * from './api.ts';
export * from './hub-process.ts';
export * from './live-client.ts';
export * from './mosquitto-sub.ts';
export * from './mqtt-connection.ts';
export * from './needs.ts';
export * from './network-events.ts';
export * from './random.ts';
export * from './raw-connection.ts';
export { FUNCTION_NAMES, GRAMMAR, OPTION_NAMES } from './sensorthings-grammar.ts';
export * from './sensorthings-urls.ts';
export * from './shell.ts';
export * from './small-disk.ts';
export * from './stage.ts';
export * from './test-store.ts';
export * from './until.ts';
export * from './uplinks.ts';
