/** What the standard says of the eight sets [STA 8.2], as data: properties with their types, relations with their targets. */
import type { Datastream, EntitySets } from '../../../services/model/index.ts';
import type { Time } from '../syntax/index.ts';
import type { Observation } from './observation.ts';

export interface AllSets extends EntitySets {
  Observations: Observation;
}
export type Set8 = keyof AllSets;
export type CatalogueSet = keyof EntitySets;
export type Entity = AllSets[Set8];

/** What the getters may ask beside the entity. */
export interface Surroundings {
  /** Does the reader belong to an organisation, or run the hub? Then visibility is printed. */
  readonly insider: boolean;
  /** First and last phenomenonTime of a Datastream; null: none yet. Must be fetched before. */
  extent(datastream: number): Time | null;
  /** What the reader may see; others don't exist. */
  visible<N extends CatalogueSet>(set: N): ReadonlyMap<number, EntitySets[N]>;
  readonly indexes: RelationIndexes;
  /** GeoJSON of where a Datastream observes; null: unknown. */
  observedArea(datastream: Datastream): unknown;
}

export interface RelationIndexes {
  readonly datastreamsOfThing: ReadonlyMap<number, readonly number[]>;
  readonly datastreamsOfSensor: ReadonlyMap<number, readonly number[]>;
  readonly datastreamsOfObservedProperty: ReadonlyMap<number, readonly number[]>;
  readonly datastreamsOfFeature: ReadonlyMap<number, readonly number[]>;
  readonly thingsOfLocation: ReadonlyMap<number, readonly number[]>;
  readonly historicalLocationsOfThing: ReadonlyMap<number, readonly number[]>;
  readonly historicalLocationsOfLocation: ReadonlyMap<number, readonly number[]>;
}

/** `json`: known only when the value is there. */
export type ValueType =
  | 'number'
  | 'string'
  | 'boolean'
  | 'time'
  | 'duration'
  | 'dayTime'
  | 'geometry'
  | 'json'
  | 'null';

export interface PropertyDef {
  readonly type: ValueType;
  /** The value needs `extent` of its Datastream. */
  readonly needsExtent: boolean;
  /** A missing value is printed as null instead of left out. */
  readonly printsNull: boolean;
  get(entity: Entity, around: Surroundings): unknown;
}

/** Which Observations belong to an entity. */
export interface ObservationRange {
  readonly datastreams: readonly number[];
  /** Only those of this FeatureOfInterest. */
  readonly feature: number | null;
}

export interface RelationDef {
  readonly to: Set8;
  readonly many: boolean;
  /** Ids in the catalogue, hidden ones among them. Observations are reached by `range`. */
  ids(entity: Entity, around: Surroundings): readonly number[];
  range(entity: Entity, around: Surroundings): ObservationRange;
}

export interface SetDef {
  readonly name: Set8;
  readonly single: string;
  readonly properties: ReadonlyMap<string, PropertyDef>;
  readonly relations: ReadonlyMap<string, RelationDef>;
}
