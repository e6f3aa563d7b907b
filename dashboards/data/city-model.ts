/** The city as the page holds it: made from SensorThings entities in `things.ts`. */

/** Longitude, latitude; WGS 84 degrees [RFC 7946 §3.1.1]. */
export type Position = readonly [number, number];

/** One Datastream, or one element of a MultiDatastream's results. */
export interface CityStream {
  readonly id: number;
  /** Index in the results of a MultiDatastream, which are arrays; null: a Datastream. */
  readonly element: number | null;
  readonly name: string;
  /** The Thing that it belongs to. */
  readonly thing: number;
  /** parking, water, climate, waste, … */
  readonly domain: string;
  /** Id in QUANTITIES; null: only the API's own names are known. */
  readonly quantity: string | null;
  /** Name of the ObservedProperty, for quantities that the page doesn't know. */
  readonly property: string;
  /** Unit symbol; empty: none. */
  readonly symbol: string;
}

/** What names a CityStream: the elements of a MultiDatastream share its id. */
export type StreamName = Pick<CityStream, 'id' | 'element'>;

export interface CityThing {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Where it stands; null: it has no Location that is or has a point. */
  readonly position: Position | null;
  /** Slug of the owner; null: the hub doesn't say. */
  readonly organisation: string | null;
  readonly streams: readonly CityStream[];
}
