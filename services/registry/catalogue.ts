/**
 * The catalogue in memory: the SensorThings entities but for Observations, Organisations and Devices, with the indexes that
 * queries need. Reading is synchronous. Only the registry changes it (`apply`).
 */
import type { Device, EntityId, EntitySets, Organisation, SetName } from '../model/index.ts';

/** From an id to the ids on the other side of a relation, ascending. */
export type Index = ReadonlyMap<EntityId, readonly EntityId[]>;

/** Where a device was mounted, and what it fed. */
export interface FormerMounting {
  /** Number of the journal record that ended it: it is for the records before. */
  readonly until: number;
  readonly thing: EntityId;
  readonly model: Device['model'];
  readonly datastreams: Device['datastreams'];
  /** Somebody said since that it was never right: its records belong to the one that follows. */
  readonly wrong?: true;
  /** Then it fed nothing, though its Datastreams stood: it was swapped, and what follows is another registration. */
  readonly swapped?: true;
}

/** Those that records belong to. */
export function rightOnes(mountings: readonly FormerMounting[]): readonly FormerMounting[] {
  return mountings.some(({ wrong }) => wrong) ? mountings.filter(({ wrong }) => wrong !== true) : mountings;
}

export interface CatalogueReader {
  /** The entities of a set by id, in ascending order of ids. */
  set<N extends SetName>(name: N): ReadonlyMap<EntityId, EntitySets[N]>;
  readonly organisations: ReadonlyMap<string, Organisation>;
  readonly devices: ReadonlyMap<string, Device>;
  /**
   * Where a device was mounted before, oldest first, also of a device that is gone. The first right one that ends behind a record
   * is the one that the record belongs to [`rightOnes`]; where there is none, it is the present one.
   */
  formerMountings(device: string): readonly FormerMounting[];
  /** Thing ids by their key. */
  readonly thingByKey: ReadonlyMap<string, EntityId>;
  readonly indexes: {
    readonly datastreamsOfThing: Index;
    readonly datastreamsOfSensor: Index;
    readonly datastreamsOfObservedProperty: Index;
    /** Those whose `features` or `otherFeatures` name it. */
    readonly datastreamsOfFeature: Index;
    readonly multiDatastreamsOfThing: Index;
    readonly multiDatastreamsOfSensor: Index;
    readonly multiDatastreamsOfObservedProperty: Index;
    readonly multiDatastreamsOfFeature: Index;
    /** MultiDatastreams that the hub fills with hours or days of this Datastream. */
    readonly aggregatesOfDatastream: Index;
    readonly thingsOfLocation: Index;
    readonly historicalLocationsOfThing: Index;
    readonly historicalLocationsOfLocation: Index;
    /** Things whose parent this Thing is. */
    readonly partsOfThing: Index;
  };
  /** Rises by one with every change of the catalogue; what only changes Observations leaves it. */
  readonly revision: number;
}
