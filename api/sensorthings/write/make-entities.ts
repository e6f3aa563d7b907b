/** New entities of the catalogue, set by set [STA tables 2–20, 24]. What points at others is resolved first. */
import type {
  Datastream,
  EntityId,
  FeatureOfInterest,
  HistoricalLocation,
  Location,
  MultiDatastream,
  ObservedProperty,
  Properties,
  Sensor,
  SetName,
  Thing,
} from '../../../services/model/index.ts';
import { checkEntity, checkOrigin } from './check-entity.ts';
import { oneOf, wrong } from './complaint.ts';
import { sameAsPlace } from './make-observation.ts';
import type { Given, Maker } from './maker.ts';
import { readOrganisation, readStreamProperties } from './ownership.ts';
import { moveThing } from './places.ts';
import { at, type ReadEntity } from './read-entity.ts';
import type { Session } from './session.ts';
import { SHAPES } from './shapes.ts';

type Make = (maker: Maker, read: ReadEntity, path: string, given: Given) => Promise<EntityId>;

/** Values are checked by `shapes.ts`: what stands there fits the entity. The id is not among them. */
const fields = <E>(read: ReadEntity) => read.values as Omit<E, 'id'>;

export const MAKE: Readonly<Record<SetName, Make>> = {
  async Things(maker, read, path, given) {
    const { session } = maker;
    const { organisation: named, ...properties } = read.values.properties as Properties;
    const organisation = readOrganisation(session, named, null, path);
    const id = session.newId('Things');
    const thing: Thing = {
      id,
      ...fields<Thing>(read),
      properties,
      organisation,
      key: null,
      parent: null,
      locations: [],
    };
    session.plan.put(['Things', thing]);
    const locations = await all(maker, read, 'Things', 'Locations', given);
    for (const location of locations) ownLocation(session, location, organisation, read);
    if (locations.length > 0) moveThing(session, thing, locations);
    return id;
  },

  async Locations({ session }, read, path) {
    const { organisation: named } = read.values.properties as Properties;
    const organisation = readOrganisation(session, knownOr(session, named), null, path);
    checkEntity('Locations', read.values, path, session.parts.options.vertices);
    const id = session.newId('Locations');
    session.plan.put(['Locations', { id, ...fields<Location>(read), organisation }]);
    return id;
  },

  async HistoricalLocations(maker, read, path, given) {
    const { session } = maker;
    const thing = await single(maker, read, 'HistoricalLocations', 'Thing', path, given);
    const locations = await all(maker, read, 'HistoricalLocations', 'Locations', given);
    if (locations.length === 0) throw wrong(at(path, 'Locations'), 'a HistoricalLocation needs a Location');
    const id = session.newId('HistoricalLocations');
    const { time } = fields<HistoricalLocation>(read);
    const earlier = session.plan.related('historicalLocationsOfThing', thing);
    const latest = earlier.every((other) => session.plan.get('HistoricalLocations', other)!.time < time);
    session.plan.put(['HistoricalLocations', { id, time, thing, locations }]);
    // the newest entry says where the Thing is now [STA 10.2.2, historical-location-manual-creation]
    if (latest) moveThing(session, session.plan.get('Things', thing)!, locations, false);
    return id;
  },

  async Datastreams(maker, read, path, given) {
    const { session } = maker;
    const own = readStreamProperties(session, read.values.properties as Properties, null, path);
    const thing = await single(maker, read, 'Datastreams', 'Thing', path, given);
    const sensor = await single(maker, read, 'Datastreams', 'Sensor', path, given);
    const observedProperty = await single(maker, read, 'Datastreams', 'ObservedProperty', path, given);
    const id = session.newId('Datastreams');
    session.plan.put([
      'Datastreams',
      { id, ...fields<Datastream>(read), ...own, thing, sensor, observedProperty, channel: null, features: [] },
    ]);
    return id;
  },

  async MultiDatastreams(maker, read, path, given) {
    const { session } = maker;
    const own = readStreamProperties(session, read.values.properties as Properties, null, path);
    const thing = await single(maker, read, 'MultiDatastreams', 'Thing', path, given);
    const sensor = await single(maker, read, 'MultiDatastreams', 'Sensor', path, given);
    const observedProperties = await all(maker, read, 'MultiDatastreams', 'ObservedProperties', given);
    checkEntity('MultiDatastreams', { ...read.values, observedProperties }, path, session.parts.options.vertices);
    const id = session.newId('MultiDatastreams');
    session.plan.put([
      'MultiDatastreams',
      { id, ...fields<MultiDatastream>(read), ...own, thing, sensor, observedProperties, features: [] },
    ]);
    return id;
  },

  async Sensors({ session }, read) {
    const id = session.newId('Sensors');
    session.plan.put(['Sensors', { id, ...fields<Sensor>(read), model: null }]);
    return id;
  },

  async ObservedProperties({ session }, read) {
    const id = session.newId('ObservedProperties');
    session.plan.put(['ObservedProperties', { id, ...fields<ObservedProperty>(read), quantity: null }]);
    return id;
  },

  async FeaturesOfInterest({ session }, read, path) {
    checkEntity('FeaturesOfInterest', read.values, path, session.parts.options.vertices);
    checkOrigin(read.values, null, path);
    const id = session.newId('FeaturesOfInterest');
    session.plan.put(['FeaturesOfInterest', { id, ...fields<FeatureOfInterest>(read) }]);
    return id;
  },
};

/** A Location that came with its Thing belongs to whom the Thing belongs to. */
function ownLocation(session: Session, id: EntityId, organisation: string, read: ReadEntity): void {
  const inline = (read.many.get('Locations') ?? []).some((reference) => reference.kind === 'inline');
  const location = session.plan.get('Locations', id)!;
  if (!inline || location.properties.organisation !== undefined || !session.isNew('Locations', id)) return;
  session.plan.put(['Locations', { ...location, organisation }]);
}

/** Of a Location a free property may have this name too. */
function knownOr({ plan }: Session, name: unknown): unknown {
  return typeof name === 'string' && plan.organisation(name) !== undefined ? name : undefined;
}

/** The entity at the other end of a relation that must lead somewhere [STA table 24]. */
async function single(maker: Maker, read: ReadEntity, set: SetName, relation: string, path: string, given: Given) {
  const reference = read.one.get(relation);
  const place = given[relation];
  if (place !== undefined) {
    sameAsPlace(place, reference, at(path, relation));
    return place;
  }
  const { single: name, relations } = SHAPES[set];
  if (reference !== undefined) return await maker.resolve(relations[relation]!.to as SetName, reference);
  throw wrong(
    at(path, relation),
    `${oneOf(name)} needs ${oneOf(relation)}: a link such as {"@iot.id":1}, or a new one`,
  );
}

/** Those of a relation to many that is kept in the entity itself, in their order. */
async function all(maker: Maker, read: ReadEntity, set: SetName, relation: string, given: Given): Promise<EntityId[]> {
  const place = given[relation];
  const ids = new Set<EntityId>(place === undefined ? [] : [place]);
  const to = SHAPES[set].relations[relation]!.to as SetName;
  const list: EntityId[] = [...ids];
  for (const reference of read.many.get(relation) ?? []) {
    const id = await maker.resolve(to, reference);
    // of a MultiDatastream two elements may observe the same
    if (ids.has(id) && set !== 'MultiDatastreams') continue;
    ids.add(id);
    list.push(id);
  }
  return list;
}
