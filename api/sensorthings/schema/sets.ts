/** What the standard says of the nine sets [STA 8.2, 15], as data: properties with their types, relations with their targets. */
import type { Datastream, EntitySets, MultiDatastream, Visibility } from '../../../services/model/index.ts';
import type { Time } from '../syntax/index.ts';
import type { Observation } from './observation.ts';

export interface AllSets extends EntitySets {
  Observations: Observation;
}
export type AnySet = keyof AllSets;
export type CatalogueSet = keyof EntitySets;
export type Entity = AllSets[AnySet];
/** What Observations belong to: both kinds share their ids. */
export type Stream = Datastream | MultiDatastream;

/** What entities get that are made over the API, where their properties don't say; of these it is not printed. */
export interface Made {
  /** Slug of the Organisation that owns them. */
  readonly organisation: string;
  /** Who may see new Datastreams. */
  readonly visibility: Visibility;
}

/** What the getters may ask beside the entity. */
export interface Surroundings {
  /** Does the reader belong to an organisation, or run the hub? Then visibility is printed. */
  readonly insider: boolean;
  readonly made: Made;
  /** First and last phenomenonTime of a Datastream or MultiDatastream; null: none yet. Must be fetched before. */
  extent(stream: number): Time | null;
  /** The Datastream or MultiDatastream of this id, if the reader may see it. */
  stream(id: number): Stream | undefined;
  /** What the reader may see; others don't exist. */
  visible<N extends CatalogueSet>(set: N): ReadonlyMap<number, EntitySets[N]>;
  readonly indexes: RelationIndexes;
  /** GeoJSON of where it observes; null: unknown. */
  observedArea(stream: Stream): unknown;
}

export interface RelationIndexes {
  readonly datastreamsOfThing: ReadonlyMap<number, readonly number[]>;
  readonly datastreamsOfSensor: ReadonlyMap<number, readonly number[]>;
  readonly datastreamsOfObservedProperty: ReadonlyMap<number, readonly number[]>;
  readonly datastreamsOfFeature: ReadonlyMap<number, readonly number[]>;
  readonly multiDatastreamsOfThing: ReadonlyMap<number, readonly number[]>;
  readonly multiDatastreamsOfSensor: ReadonlyMap<number, readonly number[]>;
  readonly multiDatastreamsOfObservedProperty: ReadonlyMap<number, readonly number[]>;
  readonly multiDatastreamsOfFeature: ReadonlyMap<number, readonly number[]>;
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
  /** The value depends on other entities beside its own: its text can't be kept with the entity. */
  readonly varies: boolean;
  /** A missing value is printed as null instead of left out. */
  readonly printsNull: boolean;
  get(entity: Entity, around: Surroundings): unknown;
  /** A key of the property's JSON, without making all of it. */
  inside?(entity: Entity, around: Surroundings, key: string): unknown;
}

/** Which Observations belong to an entity. */
export interface ObservationRange {
  /** Datastreams and MultiDatastreams, ascending. */
  readonly datastreams: readonly number[];
  /** Only those of this FeatureOfInterest. */
  readonly feature: number | null;
}

export interface RelationDef {
  readonly to: AnySet;
  readonly many: boolean;
  /** Ids in the catalogue, hidden ones among them. Observations are reached by `range`. */
  ids(entity: Entity, around: Surroundings): readonly number[];
  range(entity: Entity, around: Surroundings): ObservationRange;
  /**
   * Is its navigation link printed? Of Datastream and MultiDatastream an Observation has one, and the other one leads nowhere
   * by its nature.
   */
  linked(entity: Entity, around: Surroundings): boolean;
}

export interface SetDef {
  readonly name: AnySet;
  readonly single: string;
  readonly properties: ReadonlyMap<string, PropertyDef>;
  readonly relations: ReadonlyMap<string, RelationDef>;
}
