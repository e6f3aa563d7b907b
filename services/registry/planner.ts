/**
 * Collects what a change will do, on top of the catalogue as it is. Nothing is applied: a document that turns out wrong at
 * its last device leaves no trace. What the API may do stands in `port.ts` (ChangePlan); imports also look things up by the
 * names that they know.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Datastream, Device, Edit, EntityId, EntitySets, Organisation, SetName } from '../model/index.ts';
import { followSource } from './aggregate-stream.ts';
import { type DevicePlan, removeRelated } from './cascade.ts';
import type { Change, Put, Remove } from './change.ts';
import type { MemoryCatalogue } from './memory-catalogue.ts';
import { PlannedDevices } from './planned-devices.ts';
import { PlannedRelations } from './planned-relations.ts';
import type { IndexName } from './relations.ts';

type Entity = EntitySets[SetName];
/** Ids by the names that imports know. */
type Names = Map<string, EntityId>;

export class Planner implements DevicePlan {
  readonly now: number;
  private readonly catalogue: MemoryCatalogue;
  private readonly organisations = new Map<string, Organisation>();
  private readonly devices: PlannedDevices;
  /** null: removed. */
  private readonly entities = new Map<SetName, Map<EntityId, Entity | null>>();
  private readonly relations: PlannedRelations;
  private readonly edits: Edit[] = [];
  private readonly corrects = new Set<string>();
  private readonly given = new Map<SetName, EntityId>();
  private observations: number;
  private readonly names: Readonly<Record<'thing' | 'sensor' | 'property' | 'feature', Names>> = {
    thing: new Map(),
    sensor: new Map(),
    property: new Map(),
    feature: new Map(),
  };
  private over = false;

  constructor(catalogue: MemoryCatalogue, now: number) {
    this.catalogue = catalogue;
    this.now = now;
    this.devices = new PlannedDevices(catalogue);
    this.relations = new PlannedRelations(catalogue.indexes);
    this.observations = catalogue.highest.observation;
  }

  newId(set: SetName): EntityId {
    const counter = set === 'MultiDatastreams' ? 'Datastreams' : set;
    const id = (this.given.get(counter) ?? this.catalogue.highest.of(counter)) + 1;
    this.given.set(counter, id);
    return id;
  }

  newObservationIds(count: number): number {
    const first = this.observations + 1;
    this.observations += count;
    return first;
  }

  get<N extends SetName>(set: N, id: EntityId): EntitySets[N] | undefined {
    const planned = this.entities.get(set)?.get(id) as EntitySets[N] | null | undefined;
    return planned === undefined ? this.catalogue.set(set).get(id) : (planned ?? undefined);
  }

  related(index: IndexName, id: EntityId): readonly EntityId[] {
    return this.relations.of(index, id);
  }

  organisation(id: string): Organisation | undefined {
    return this.organisations.get(id) ?? this.catalogue.organisations.get(id);
  }

  device(key: string): Device | undefined {
    return this.devices.get(key);
  }

  devicesOn(thing: EntityId): Device[] {
    return this.devices.on(thing);
  }

  deviceFeeding(datastream: EntityId): Device | undefined {
    return this.devices.feeding(datastream);
  }

  put(put: Put): void {
    this.check();
    if (put[0] === 'Organisations') this.organisations.set(put[1].id, put[1]);
    else if (put[0] === 'Devices') this.devices.set(put[1].key, put[1]);
    else {
      const [set, entity] = put;
      if (set === 'Datastreams') this.follow(entity);
      this.relations.move(this.standing(set, entity.id), put, entity.id);
      this.plannedOf(set).set(entity.id, entity);
      this.name(put);
    }
  }

  /** Its aggregates take over what changes of it, in the same change: nobody sees what is hidden from now on. */
  private follow(next: Datastream): void {
    const before = this.get('Datastreams', next.id);
    if (before === undefined) return;
    for (const id of this.catalogue.indexes.aggregatesOfDatastream.get(next.id) ?? []) {
      const aggregate = this.get('MultiDatastreams', id);
      const followed = aggregate && followSource(aggregate, before, next);
      if (followed !== aggregate) this.put(['MultiDatastreams', followed!]);
    }
  }

  remove(set: SetName, id: EntityId): void {
    this.check();
    const old = this.standing(set, id);
    if (old === undefined) return;
    this.relations.move(old, undefined, id);
    this.plannedOf(set).set(id, null);
    removeRelated(this, set, id);
  }

  removeDevice(key: string): void {
    this.check();
    this.devices.set(key, null);
  }

  /** How the device was registered before was never right. */
  correct(device: string): void {
    this.check();
    this.corrects.add(device);
  }

  edit(edit: Edit): void {
    this.check();
    this.edits.push(edit);
  }

  featureOfLocation(location: EntityId): EntityId {
    const place = this.get('Locations', location);
    if (place === undefined) throw new Error(`there is no Location ${location}`);
    const known = this.names.feature.get(String(location)) ?? this.catalogue.featureByLocation.get(location);
    const feature = known === undefined ? undefined : this.get('FeaturesOfInterest', known);
    // a Location that was corrected since is another place
    if (feature !== undefined && isDeepStrictEqual(feature.feature, place.location)) return feature.id;
    const { name, description, encodingType } = place;
    const id = this.newId('FeaturesOfInterest');
    const made = { id, name, description, properties: { location }, encodingType, feature: place.location };
    this.put(['FeaturesOfInterest', made]);
    return id;
  }

  thing(key: string): EntitySets['Things'] | undefined {
    const thing = this.get('Things', this.names.thing.get(key) ?? this.catalogue.thingByKey.get(key) ?? 0);
    return thing?.key === key ? thing : undefined;
  }

  sensorOf(model: string): EntityId | undefined {
    const id = this.names.sensor.get(model) ?? this.catalogue.sensorByModel.get(model) ?? 0;
    const sensor = this.get('Sensors', id);
    return sensor?.model === model ? id : undefined;
  }

  observedPropertyOf(quantity: string): EntityId | undefined {
    const id = this.names.property.get(quantity) ?? this.catalogue.observedPropertyByQuantity.get(quantity) ?? 0;
    const property = this.get('ObservedProperties', id);
    return property?.quantity === quantity ? id : undefined;
  }

  datastreamsOf(thing: EntityId): Datastream[] {
    return this.related('datastreamsOfThing', thing).flatMap((id) => this.get('Datastreams', id) ?? []);
  }

  /** What was collected; nothing can be added from now on. */
  finish(): Omit<Change, 'by' | 'at'> {
    this.over = true;
    const puts: Put[] = [];
    const removes: Remove[] = [];
    for (const organisation of this.organisations.values()) puts.push(['Organisations', organisation]);
    for (const [set, planned] of this.entities) {
      for (const [id, entity] of planned) {
        if (entity === null) removes.push([set, id]);
        else puts.push([set, entity] as Put);
      }
    }
    for (const device of this.devices.puts()) puts.push(['Devices', device]);
    for (const key of this.devices.removes()) removes.push(['Devices', key]);
    return {
      puts,
      ...(removes.length > 0 ? { removes } : {}),
      ...(this.corrects.size > 0 ? { corrects: [...this.corrects] } : {}),
      ...(this.edits.length > 0 ? { edits: this.edits } : {}),
    };
  }

  /** Nothing of it counts, and whoever still holds it hears so. */
  abandon(): void {
    this.over = true;
  }

  private check(): void {
    if (this.over) throw new Error('this change is over: nothing can be added to it');
  }

  private standing(set: SetName, id: EntityId): Put | undefined {
    const entity = this.get(set, id);
    return entity === undefined ? undefined : ([set, entity] as Put);
  }

  private plannedOf(set: SetName): Map<EntityId, Entity | null> {
    let planned = this.entities.get(set);
    if (planned === undefined) {
      planned = new Map();
      this.entities.set(set, planned);
    }
    return planned;
  }

  private name(put: Put): void {
    if (put[0] === 'Things' && put[1].key !== null) this.names.thing.set(put[1].key, put[1].id);
    if (put[0] === 'Sensors' && put[1].model !== null) this.names.sensor.set(put[1].model, put[1].id);
    if (put[0] === 'ObservedProperties' && put[1].quantity !== null)
      this.names.property.set(put[1].quantity, put[1].id);
    if (put[0] === 'FeaturesOfInterest') this.names.feature.set(String(put[1].properties.location), put[1].id);
  }
}
