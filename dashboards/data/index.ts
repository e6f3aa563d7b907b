/**
 * The one place that talks to the hub: its configuration, its catalogue (SensorThings), the history of a Datastream, and
 * the live values. Start with `city-model.ts` (what comes out), then `hub.ts` (where it comes from).
 */
export { backOff } from './back-off.ts';
export { loadBaseMap } from './base-map.ts';
export type { CityStream, CityThing, Position, StreamName } from './city-model.ts';
export { type BaseMap, type HubConfig, parseConfig } from './config.ts';
export { type History, type Hub, hubAt, type MeanSpan } from './hub.ts';
export { type LiveEvents, type LiveState, LiveValues, type SocketLike } from './live.ts';
export { DEFAULTS, type Options } from './options.ts';
export { HubError } from './request.ts';
export { toThing } from './things.ts';
