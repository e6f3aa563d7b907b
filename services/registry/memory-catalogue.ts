/** The catalogue and its indexes, changed only by `apply`. */
import type { Device, EntityId, EntitySets, Organisation, SetName } from '../model/index.ts';
import type { CatalogueReader } from './catalogue.ts';
import type { Put } from './change.ts';
import { RelationIndex } from './relation-index.ts';

type Sets = { [N in SetName]: Map<EntityId, EntitySets[N]> };

export class MemoryCatalogue implements CatalogueReader {
  private readonly sets: Sets = {
    Things: new Map(),
    Locations: new Map(),
    HistoricalLocations: new Map(),
    Sensors: new Map(),
    ObservedProperties: new Map(),
    Datastreams: new Map(),
    FeaturesOfInterest: new Map(),
  };
  readonly organisations = new Map<string, Organisation>();
  readonly devices = new Map<string, Device>();
  readonly thingByKey = new Map<string, EntityId>();
  /** Sensor ids by device model, ObservedProperty ids by quantity: what imports look up. */
  readonly sensorByModel = new Map<string, EntityId>();
  readonly observedPropertyByQuantity = new Map<string, EntityId>();
  /** FeatureOfInterest ids by the Location they were made from. */
  readonly featureByLocation = new Map<EntityId, EntityId>();
  revision = 0;

  private readonly relations = {
    datastreamsOfThing: new RelationIndex(),
    datastreamsOfSensor: new RelationIndex(),
    datastreamsOfObservedProperty: new RelationIndex(),
    datastreamsOfFeature: new RelationIndex(),
    thingsOfLocation: new RelationIndex(),
    historicalLocationsOfThing: new RelationIndex(),
    historicalLocationsOfLocation: new RelationIndex(),
    partsOfThing: new RelationIndex(),
  };
  readonly indexes: CatalogueReader['indexes'];
  private readonly highest: Record<string, number> = {};

  constructor() {
    this.indexes = Object.fromEntries(
      Object.entries(this.relations).map(([name, index]) => [name, index.map]),
    ) as unknown as CatalogueReader['indexes'];
  }

  set<N extends SetName>(name: N): ReadonlyMap<EntityId, EntitySets[N]> {
    return this.sets[name];
  }

  /** The next free id of a set; ids are never given twice. */
  nextId(name: SetName): EntityId {
    return (this.highest[name] ?? 0) + 1;
  }

  apply(puts: readonly Put[]): void {
    for (const put of puts) this.put(put);
    this.revision += 1;
  }

  private put(put: Put): void {
    switch (put[0]) {
      case 'Organisations':
        this.organisations.set(put[1].id, put[1]);
        return;
      case 'Devices':
        this.devices.set(put[1].key, put[1]);
        return;
      case 'Things': {
        const [, thing] = put;
        const old = this.sets.Things.get(thing.id);
        this.relations.thingsOfLocation.move(old?.locations ?? [], thing.locations, thing.id);
        this.relations.partsOfThing.move(one(old?.parent), one(thing.parent), thing.id);
        if (old?.key != null && old.key !== thing.key) this.thingByKey.delete(old.key);
        if (thing.key !== null) this.thingByKey.set(thing.key, thing.id);
        break;
      }
      case 'HistoricalLocations': {
        const [, entry] = put;
        const old = this.sets.HistoricalLocations.get(entry.id);
        this.relations.historicalLocationsOfThing.move(one(old?.thing), one(entry.thing), entry.id);
        this.relations.historicalLocationsOfLocation.move(old?.locations ?? [], entry.locations, entry.id);
        break;
      }
      case 'Datastreams': {
        const [, stream] = put;
        const old = this.sets.Datastreams.get(stream.id);
        this.relations.datastreamsOfThing.move(one(old?.thing), one(stream.thing), stream.id);
        this.relations.datastreamsOfSensor.move(one(old?.sensor), one(stream.sensor), stream.id);
        this.relations.datastreamsOfObservedProperty.move(
          one(old?.observedProperty),
          one(stream.observedProperty),
          stream.id,
        );
        this.relations.datastreamsOfFeature.move(features(old), features(stream), stream.id);
        break;
      }
      case 'Sensors':
        if (put[1].model !== null) this.sensorByModel.set(put[1].model, put[1].id);
        break;
      case 'ObservedProperties':
        if (put[1].quantity !== null) this.observedPropertyByQuantity.set(put[1].quantity, put[1].id);
        break;
      case 'FeaturesOfInterest':
        if (typeof put[1].properties.location === 'number')
          this.featureByLocation.set(put[1].properties.location, put[1].id);
        break;
      default:
        break;
    }
    const [name, entity] = put;
    (this.sets[name] as Map<EntityId, unknown>).set(entity.id, entity);
    this.highest[name] = Math.max(this.highest[name] ?? 0, entity.id);
  }
}

function one(id: EntityId | null | undefined): readonly EntityId[] {
  return id == null ? [] : [id];
}

function features(stream: EntitySets['Datastreams'] | undefined): readonly EntityId[] {
  return stream === undefined ? [] : [...new Set(stream.features.map((run) => run.feature))];
}
