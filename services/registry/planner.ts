/**
 * Collects what a change will put, on top of the catalogue as it is. Nothing is applied: a document that turns out wrong
 * at its last device leaves no trace.
 */
import type { Datastream, Device, EntityId, EntitySets, Organisation, SetName } from '../model/index.ts';
import { keyOf, type Put } from './change.ts';
import type { MemoryCatalogue } from './memory-catalogue.ts';

export class Planner {
  private readonly catalogue: MemoryCatalogue;
  private readonly planned = new Map<string, Put>();
  private readonly next = new Map<SetName, EntityId>();
  private readonly keys = new Map<string, EntityId>();

  constructor(catalogue: MemoryCatalogue) {
    this.catalogue = catalogue;
  }

  newId(set: SetName): EntityId {
    const id = this.next.get(set) ?? this.catalogue.nextId(set);
    this.next.set(set, id + 1);
    return id;
  }

  put(put: Put): void {
    this.planned.set(`${put[0]} ${keyOf(put)}`, put);
    if (put[0] === 'Things' && put[1].key !== null) this.keys.set(put[1].key, put[1].id);
    if (put[0] === 'FeaturesOfInterest') this.keys.set(`feature ${put[1].properties.location}`, put[1].id);
    if (put[0] === 'Sensors' && put[1].model !== null) this.keys.set(`sensor ${put[1].model}`, put[1].id);
    if (put[0] === 'ObservedProperties' && put[1].quantity !== null)
      this.keys.set(`property ${put[1].quantity}`, put[1].id);
  }

  puts(): Put[] {
    return [...this.planned.values()];
  }

  get<N extends SetName>(set: N, id: EntityId): EntitySets[N] | undefined {
    const planned = this.planned.get(`${set} ${id}`);
    return (planned?.[1] as EntitySets[N] | undefined) ?? this.catalogue.set(set).get(id);
  }

  thing(key: string): EntitySets['Things'] | undefined {
    const id = this.keys.get(key) ?? this.catalogue.thingByKey.get(key);
    return id === undefined ? undefined : this.get('Things', id);
  }

  organisation(id: string): Organisation | undefined {
    return (
      (this.planned.get(`Organisations ${id}`)?.[1] as Organisation | undefined) ?? this.catalogue.organisations.get(id)
    );
  }

  device(key: string): Device | undefined {
    return (this.planned.get(`Devices ${key}`)?.[1] as Device | undefined) ?? this.catalogue.devices.get(key);
  }

  sensorOf(model: string): EntityId | undefined {
    return this.keys.get(`sensor ${model}`) ?? this.catalogue.sensorByModel.get(model);
  }

  observedPropertyOf(quantity: string): EntityId | undefined {
    return this.keys.get(`property ${quantity}`) ?? this.catalogue.observedPropertyByQuantity.get(quantity);
  }

  /** The FeatureOfInterest that was made from a Location. */
  featureOfLocation(location: EntityId): EntityId | undefined {
    return this.keys.get(`feature ${location}`) ?? this.catalogue.featureByLocation.get(location);
  }

  /** The Datastreams that a Thing has in the catalogue (those of this plan are made with the Thing as it is). */
  datastreamsOf(thing: EntityId): Datastream[] {
    const ids = this.catalogue.indexes.datastreamsOfThing.get(thing) ?? [];
    return ids.flatMap((id) => this.get('Datastreams', id) ?? []);
  }
}
