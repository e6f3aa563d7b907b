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
  /** `@iot.id` of the Datastream or MultiDatastream: they share their ids. */
  readonly datastream: number;
  /** ISO 8601, UTC. */
  readonly phenomenonTime: string;
  /** Any JSON; an array for a MultiDatastream. */
  readonly result: unknown;
  /** Names of quality flags; left out when there are none. */
  readonly quality?: readonly string[];
}

/**
 * Hub ▸ client. `snapshot` comes first after each subscription: the latest value of every matching Datastream; then
 * `observations` as they come. `error` names what was wrong with the client's message; the old filter stays.
 *
 * What happens to the catalogue comes as `gone` and `changed`. A client hears only of what it could see, or can see now.
 */
export type LiveMessage =
  | { readonly type: 'snapshot'; readonly observations: readonly LiveValue[] }
  /**
   * `skipped`: so many values this client has not got, because it did not read while later ones of the same Datastreams came;
   * left out when there are none.
   */
  | { readonly type: 'observations'; readonly observations: readonly LiveValue[]; readonly skipped?: number }
  /**
   * An Observation was deleted or moved: these are the latest values now, also where a later one was known. `none`:
   * Datastreams without any value now.
   */
  | { readonly type: 'latest'; readonly observations: readonly LiveValue[]; readonly none: readonly number[] }
  /** Datastreams that are deleted, withdrawn, or outside of the filter now: nothing comes from them any more. */
  | { readonly type: 'gone'; readonly datastreams: readonly number[] }
  /**
   * Things that are new, or that look different with what belongs to them: name, place, properties, Datastreams. null: so
   * many, or so much was missed by a client that lagged, that it should read the catalogue again.
   */
  | { readonly type: 'changed'; readonly things: readonly number[] | null }
  | { readonly type: 'error'; readonly code: string; readonly detail: string };
