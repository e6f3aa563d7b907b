/**
 * The SensorThings entities [OGC 18-088 §8.2] as the catalogue holds them. Ids are JSON integers from 1. Relations are kept
 * on one side only, as ids; the catalogue's indexes give the other side. Times are milliseconds since 1970.
 */

export type EntityId = number;
/** Free JSON of an entity [STA table 1: properties]. */
export type Properties = Readonly<Record<string, unknown>>;

interface Named {
  readonly id: EntityId;
  readonly name: string;
  readonly description: string;
  readonly properties: Properties;
}

/** Who may read a Datastream. `internal`: only its organisation's operators; the default. */
export type Visibility = 'public' | 'organisation' | 'internal';

/** A Thing is the thing in the city (a bay, a container, a gauge), not the radio device. */
export interface Thing extends Named {
  /** Slug of the owning Organisation. */
  readonly organisation: string;
  /** A name for machines, unique in the hub: what imports and simulators know it by. null: made over the API. */
  readonly key: string | null;
  /** The Thing that this one is part of (pole ▸ place ▸ quarter ▸ town). */
  readonly parent: EntityId | null;
  /** Its current Locations. */
  readonly locations: readonly EntityId[];
}

export interface Location extends Named {
  /** `application/geo+json` [STA table 7]. */
  readonly encodingType: string;
  /** GeoJSON geometry or Feature, WGS 84, longitude first [RFC 7946]. */
  readonly location: unknown;
  readonly organisation: string;
}

export interface HistoricalLocation {
  readonly id: EntityId;
  readonly time: number;
  readonly thing: EntityId;
  readonly locations: readonly EntityId[];
}

export interface Sensor extends Named {
  readonly encodingType: string;
  readonly metadata: unknown;
  /** Model id `<vendor>/<model>` where the Sensor stands for a device model. */
  readonly model: string | null;
}

export interface ObservedProperty extends Named {
  /** URI of the definition. */
  readonly definition: string;
  /** Id of the quantity in QUANTITIES where it comes from there. */
  readonly quantity: string | null;
}

export interface UnitOfMeasurement {
  readonly name: string | null;
  readonly symbol: string | null;
  readonly definition: string | null;
}

export interface Datastream extends Named {
  /** The id is also the ordinal of its Observations' ids: 1 … 2,097,151, never reused [docs/semantics.md]. */
  readonly id: EntityId;
  /** OM_Measurement and its siblings [STA table 12]. */
  readonly observationType: string;
  readonly unitOfMeasurement: UnitOfMeasurement;
  readonly thing: EntityId;
  readonly sensor: EntityId;
  readonly observedProperty: EntityId;
  readonly organisation: string;
  readonly visibility: Visibility;
  /** Domain for filters and colours: `parking`, `water`, `climate`, `waste`, … */
  readonly domain: string;
  /** Channel of the device model that feeds it; null: fed over the API. */
  readonly channel: string | null;
  /** Which FeatureOfInterest holds from which phenomenonTime on, ascending. Empty: none. */
  readonly features: readonly { readonly from: number; readonly feature: EntityId }[];
  /** FeaturesOfInterest that single Observations name instead. Left out: none. */
  readonly otherFeatures?: readonly EntityId[];
  /**
   * Some of its Observations came over the API: they may be intervals, and have a resultTime of their own or none. Left out:
   * all are readings of devices, instants whose resultTime is their phenomenonTime.
   */
  readonly ownTimes?: boolean;
  /** An Observation was deleted or moved in time: an instant without a row may still have an id that somebody knows. */
  readonly hadRemovals?: boolean;
}

/**
 * A Datastream whose results are arrays [STA 14, tables 27–29]. It shares ids with Datastreams: an id stands for one or the
 * other, because it is the ordinal of the Observations' ids.
 */
export interface MultiDatastream extends Omit<Datastream, 'unitOfMeasurement' | 'observedProperty' | 'channel'> {
  /** One for each element of a result, in its order, as the units and the ObservedProperties. */
  readonly multiObservationDataTypes: readonly string[];
  readonly unitOfMeasurements: readonly UnitOfMeasurement[];
  readonly observedProperties: readonly EntityId[];
  /** The hub makes and fills it [docs/semantics.md, Aggregates]. Left out: it is nobody's aggregate. */
  readonly aggregate?: AggregateOf;
}

/** What a MultiDatastream sums up: each of its results is `[mean, minimum, maximum, count]` of an hour or a day. */
export interface AggregateOf {
  readonly datastream: EntityId;
  readonly level: AggregateLevel;
  /** IANA name of the time zone whose days these are; null: hours, in UTC. */
  readonly zone: string | null;
}
export type AggregateLevel = 'hourly' | 'daily';

export interface FeatureOfInterest extends Named {
  readonly encodingType: string;
  readonly feature: unknown;
}

export interface Organisation {
  /** Slug, `[a-z0-9-]+`, unique. */
  readonly id: string;
  readonly name: string;
  readonly properties: Properties;
}

/** A radio device, mounted on a Thing. A swap gives the Datastreams to the next device. */
export interface Device {
  /** DevEUI as 16 lower-case hex digits, or `<source>:<name>`. */
  readonly key: string;
  readonly name: string;
  readonly organisation: string;
  /** `<vendor>/<model>` of the device catalogue; null: values come mapped (generic MQTT). */
  readonly model: string | null;
  readonly thing: EntityId;
  /** Channel ▸ Datastream id. */
  readonly datastreams: Readonly<Record<string, EntityId>>;
  readonly properties: Properties;
}

/** The catalogue's sets and what they hold, by the standard's names. */
export interface EntitySets {
  Things: Thing;
  Locations: Location;
  HistoricalLocations: HistoricalLocation;
  Sensors: Sensor;
  ObservedProperties: ObservedProperty;
  Datastreams: Datastream;
  MultiDatastreams: MultiDatastream;
  FeaturesOfInterest: FeatureOfInterest;
}
export type SetName = keyof EntitySets;
export const SET_NAMES: readonly SetName[] = [
  'Things',
  'Locations',
  'HistoricalLocations',
  'Sensors',
  'ObservedProperties',
  'Datastreams',
  'MultiDatastreams',
  'FeaturesOfInterest',
];
