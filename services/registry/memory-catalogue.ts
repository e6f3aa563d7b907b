/** The catalogue and its indexes, changed only by `apply`. */
import type { Device, EntityId, EntitySets, Organisation, SetName } from '../model/index.ts';
import type { CatalogueReader, FormerMounting } from './catalogue.ts';
import { type Change, keyOf, type Put, type Remove } from './change.ts';
import { DevicePlaces } from './device-places.ts';
import { FormerMountings } from './former-mountings.ts';
import { HighestIds } from './highest-ids.ts';
import { insertAscending } from './insert-ascending.ts';
import { RelationIndex } from './relation-index.ts';
import { compareRelations, type IndexName } from './relations.ts';

type Sets = { [N in SetName]: Map<EntityId, EntitySets[N]> };

export interface Applied {
  readonly removed: readonly Put[];
  readonly replaced: readonly Put[];
  /** Keys of devices whose former mountings are more now. */
  readonly remounted: readonly string[];
}

export class MemoryCatalogue implements CatalogueReader {
  private readonly sets: Sets = {
    Things: new Map(),
    Locations: new Map(),
    HistoricalLocations: new Map(),
    Sensors: new Map(),
    ObservedProperties: new Map(),
    Datastreams: new Map(),
    MultiDatastreams: new Map(),
    FeaturesOfInterest: new Map(),
  };
  readonly organisations = new Map<string, Organisation>();
  readonly devices = new Map<string, Device>();
  readonly devicePlaces = new DevicePlaces();
  readonly former: FormerMountings;
  readonly thingByKey = new Map<string, EntityId>();
  /** Sensor ids by device model, ObservedProperty ids by quantity: what imports look up. */
  readonly sensorByModel = new Map<string, EntityId>();
  readonly observedPropertyByQuantity = new Map<string, EntityId>();
  /** FeatureOfInterest ids by the Location they were made from. */
  readonly featureByLocation = new Map<EntityId, EntityId>();
  readonly highest = new HighestIds();
  revision = 0;
  /** No id in a set is above this one. */
  private readonly tails = new Map<SetName, EntityId>();

  readonly indexes: { readonly [N in IndexName]: RelationIndex } = {
    datastreamsOfThing: new RelationIndex(),
    datastreamsOfSensor: new RelationIndex(),
    datastreamsOfObservedProperty: new RelationIndex(),
    datastreamsOfFeature: new RelationIndex(),
    multiDatastreamsOfThing: new RelationIndex(),
    multiDatastreamsOfSensor: new RelationIndex(),
    multiDatastreamsOfObservedProperty: new RelationIndex(),
    multiDatastreamsOfFeature: new RelationIndex(),
    aggregatesOfDatastream: new RelationIndex(),
    thingsOfLocation: new RelationIndex(),
    historicalLocationsOfThing: new RelationIndex(),
    historicalLocationsOfLocation: new RelationIndex(),
    partsOfThing: new RelationIndex(),
  };

  /** `formerMountings`: how many are kept of each device. */
  constructor(formerMountings: number) {
    this.former = new FormerMountings(formerMountings);
  }

  formerMountings(device: string): readonly FormerMounting[] {
    return this.former.of(device);
  }

  set<N extends SetName>(name: N): ReadonlyMap<EntityId, EntitySets[N]> {
    return this.sets[name];
  }

  /** An entity with its set as it stands there; undefined: it is not there. */
  find(set: Put[0], id: EntityId | string): Put | undefined {
    const entity = this.collection(set).get(id);
    return entity === undefined ? undefined : ([set, entity] as unknown as Put);
  }

  /** `record`: number of the change in the journal. Returns what is gone, and what something else stands for now, as it was. */
  apply({ puts, removes = [], edits = [], corrects = [] }: Omit<Change, 'by' | 'at'>, record: number): Applied {
    const removed: Put[] = [];
    const replaced: Put[] = [];
    const remounted: string[] = [];
    const stands = (datastream: EntityId) => this.sets.Datastreams.has(datastream);
    const mounted = (old: Put | undefined, next: Put | undefined) => {
      if (old?.[0] !== 'Devices') return;
      const device = next?.[0] === 'Devices' ? next[1] : undefined;
      if (this.former.changed(old[1], device, record, stands)) remounted.push(old[1].key);
    };
    for (const remove of removes) {
      const old = this.remove(remove);
      mounted(old, undefined);
      if (old !== undefined) removed.push(old);
    }
    // a change may name its entities in any order, a set holds them by their ids
    for (const put of ascending(puts)) {
      const old = this.put(put);
      mounted(old, put);
      if (old !== undefined) replaced.push(old);
    }
    for (const key of corrects) {
      const device = this.devices.get(key);
      if (device !== undefined && this.former.corrected(device, stands)) remounted.push(key);
    }
    this.highest.seenEdits(edits);
    if (puts.length + removed.length > 0) this.revision += 1;
    return { removed, replaced, remounted };
  }

  private put(put: Put): Put | undefined {
    const old = this.find(put[0], keyOf(put));
    if (put[0] === 'Organisations') {
      this.organisations.set(put[1].id, put[1]);
      return old;
    }
    if (put[0] === 'Devices') {
      this.devicePlaces.move(this.devices.get(put[1].key), put[1]);
      this.devices.set(put[1].key, put[1]);
      return old;
    }
    const [name, entity] = put;
    this.relate(old, put, entity.id);
    if (old !== undefined) this.forgetKey(old);
    this.knowKey(put);
    const tail = this.tails.get(name) ?? 0;
    insertAscending(this.sets[name] as Map<EntityId, unknown>, entity.id, entity, tail);
    if (entity.id > tail) this.tails.set(name, entity.id);
    this.highest.seen(name, entity.id);
    return old;
  }

  private remove([name, id]: Remove): Put | undefined {
    // an id that was given and taken back in one change is used up too
    if (typeof id === 'number' && name !== 'Organisations' && name !== 'Devices') this.highest.seen(name, id);
    const old = this.find(name, id);
    if (old === undefined) return undefined;
    if (old[0] === 'Devices') this.devicePlaces.move(old[1], undefined);
    else this.relate(old, undefined, id as EntityId);
    this.forgetKey(old);
    if (old[0] === 'Locations') this.featureByLocation.delete(old[1].id);
    this.collection(name).delete(id);
    return old;
  }

  /** Entities of all sets, organisations and devices among them. */
  get size(): number {
    let size = this.organisations.size + this.devices.size;
    for (const set of Object.values(this.sets)) size += set.size;
    return size;
  }

  has(put: Put): boolean {
    return this.collection(put[0]).has(keyOf(put));
  }

  private collection(set: Put[0]): Map<EntityId | string, unknown> {
    if (set === 'Organisations') return this.organisations as Map<EntityId | string, unknown>;
    if (set === 'Devices') return this.devices as Map<EntityId | string, unknown>;
    return this.sets[set] as Map<EntityId | string, unknown>;
  }

  private relate(old: Put | undefined, next: Put | undefined, id: EntityId): void {
    compareRelations(old, next, (index, before, after) => this.indexes[index].move(before, after, id));
  }

  private knowKey(put: Put): void {
    const [map, key] = this.nameOf(put);
    if (map !== undefined) map.set(key, (put[1] as { id: EntityId }).id);
  }

  private forgetKey(old: Put): void {
    const [map, key] = this.nameOf(old);
    // another entity may have taken the name over in the same change
    if (map !== undefined && map.get(key) === (old[1] as { id: EntityId }).id) map.delete(key);
  }

  /** Names of an entity beside its id. */
  private nameOf(put: Put): readonly [Map<unknown, EntityId>, unknown] | readonly [undefined, null] {
    if (put[0] === 'Things' && put[1].key !== null) return [this.thingByKey, put[1].key];
    if (put[0] === 'Sensors' && put[1].model !== null) return [this.sensorByModel, put[1].model];
    if (put[0] === 'ObservedProperties' && put[1].quantity !== null)
      return [this.observedPropertyByQuantity, put[1].quantity];
    if (put[0] === 'FeaturesOfInterest' && typeof put[1].properties.location === 'number')
      return [this.featureByLocation, put[1].properties.location];
    return [undefined, null];
  }
}

/** The same puts; sorted by id where they are not. Sets don't mind each other, so one order does for all. */
function ascending(puts: readonly Put[]): readonly Put[] {
  const idOf = (put: Put): number => (put[0] === 'Devices' || put[0] === 'Organisations' ? 0 : put[1].id);
  const last = new Map<string, number>();
  for (const put of puts) {
    const id = idOf(put);
    if (id < (last.get(put[0]) ?? 0)) return puts.toSorted((a, b) => idOf(a) - idOf(b));
    last.set(put[0], id);
  }
  return puts;
}
