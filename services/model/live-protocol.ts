/** What `/live` (WebSocket) and `/live/events` (SSE) say. Browsers and servers share these types. */

/** Filters, as query parameters of the address or as a `subscribe` message. All given ones must match. */
export interface LiveFilter {
  /** parking, water, climate, waste, … */
  readonly domain?: readonly string[];
  /** Organisation slugs. */
  readonly organisation?: readonly string[];
  /** West, south, east, north in WGS 84 degrees: Things whose Location lies inside. */
  readonly bbox?: readonly [number, number, number, number];
  /** Datastream ids. */
  readonly datastream?: readonly number[];
}

/** Client ▸ hub: replaces the filter of this connection. */
export interface SubscribeMessage {
  readonly type: 'subscribe';
  readonly filter: LiveFilter;
}

export interface LiveValue {
  /** `@iot.id` of the Datastream. */
  readonly datastream: number;
  /** ISO 8601, UTC. */
  readonly phenomenonTime: string;
  readonly result: unknown;
  /** Names of quality flags; left out when there are none. */
  readonly quality?: readonly string[];
}

/**
 * Hub ▸ client. `snapshot` comes first after each subscription: the latest value of every matching Datastream; then
 * `observations` as they come. `error` names what was wrong with the client's message; the old filter stays.
 */
export type LiveMessage =
  | { readonly type: 'snapshot'; readonly observations: readonly LiveValue[] }
  | { readonly type: 'observations'; readonly observations: readonly LiveValue[] }
  | { readonly type: 'error'; readonly code: string; readonly detail: string };
