/** The eight sets of SensorThings 1.1 [STA tables 2–20]. */
import type { Datastream, Properties } from '../../../services/model/index.ts';
import { Time } from '../syntax/index.ts';
import { defineSet } from './define.ts';
import { featureAt } from './feature-at.ts';
import type { Set8, SetDef, Surroundings } from './sets.ts';

interface HasId {
  readonly id: number;
}
interface Named extends HasId {
  readonly name: string;
  readonly description: string;
}
const id = { type: 'number', get: (e: HasId) => e.id } as const;
const named = {
  '@iot.id': id,
  name: { type: 'string', get: (e: Named) => e.name },
  description: { type: 'string', get: (e: Named) => e.description },
} as const;
const properties = { type: 'json', get: (e: { readonly properties: Properties }) => e.properties } as const;
const encodingType = { type: 'string', get: (e: { readonly encodingType: string }) => e.encodingType } as const;
const one = (n: number | null) => (n === null ? [] : [n]);

/** What the hub knows of a Datastream stands beside the properties that people gave. */
function datastreamProperties(d: Datastream, around: Surroundings): Properties {
  return {
    ...d.properties,
    domain: d.domain,
    organisation: d.organisation,
    ...(d.channel === null ? {} : { channel: d.channel }),
    ...(around.insider ? { visibility: d.visibility } : {}),
  };
}

const things = defineSet(
  'Things',
  'Thing',
  {
    ...named,
    properties: { type: 'json', get: (e) => ({ ...e.properties, organisation: e.organisation }) },
  },
  {
    Datastreams: { to: 'Datastreams', many: true, ids: (e, a) => a.indexes.datastreamsOfThing.get(e.id) ?? [] },
    Locations: { to: 'Locations', many: true, ids: (e) => e.locations },
    HistoricalLocations: {
      to: 'HistoricalLocations',
      many: true,
      ids: (e, a) => a.indexes.historicalLocationsOfThing.get(e.id) ?? [],
    },
  },
);

const locations = defineSet(
  'Locations',
  'Location',
  { ...named, encodingType, location: { type: 'geometry', get: (e) => e.location }, properties },
  {
    Things: { to: 'Things', many: true, ids: (e, a) => a.indexes.thingsOfLocation.get(e.id) ?? [] },
    HistoricalLocations: {
      to: 'HistoricalLocations',
      many: true,
      ids: (e, a) => a.indexes.historicalLocationsOfLocation.get(e.id) ?? [],
    },
  },
);

const historicalLocations = defineSet(
  'HistoricalLocations',
  'HistoricalLocation',
  { '@iot.id': id, time: { type: 'time', get: (e) => new Time(e.time) } },
  {
    Thing: { to: 'Things', many: false, ids: (e) => [e.thing] },
    Locations: { to: 'Locations', many: true, ids: (e) => e.locations },
  },
);

const datastreams = defineSet(
  'Datastreams',
  'Datastream',
  {
    ...named,
    observationType: { type: 'string', get: (e) => e.observationType },
    unitOfMeasurement: { type: 'json', get: (e) => e.unitOfMeasurement },
    observedArea: { type: 'geometry', get: (e, a) => a.observedArea(e) },
    phenomenonTime: { type: 'time', get: (e, a) => a.extent(e.id), needsExtent: true },
    // No index of result times is kept; the standard lets the property be absent.
    resultTime: { type: 'time', get: () => null },
    properties: { type: 'json', get: datastreamProperties },
  },
  {
    Thing: { to: 'Things', many: false, ids: (e) => [e.thing] },
    Sensor: { to: 'Sensors', many: false, ids: (e) => [e.sensor] },
    ObservedProperty: { to: 'ObservedProperties', many: false, ids: (e) => [e.observedProperty] },
    Observations: { to: 'Observations', many: true, range: (e) => ({ datastreams: [e.id], feature: null }) },
  },
);

const sensors = defineSet(
  'Sensors',
  'Sensor',
  { ...named, encodingType, metadata: { type: 'json', get: (e) => e.metadata }, properties },
  { Datastreams: { to: 'Datastreams', many: true, ids: (e, a) => a.indexes.datastreamsOfSensor.get(e.id) ?? [] } },
);

const observedProperties = defineSet(
  'ObservedProperties',
  'ObservedProperty',
  {
    '@iot.id': id,
    name: named.name,
    definition: { type: 'string', get: (e) => e.definition },
    description: named.description,
    properties,
  },
  {
    Datastreams: {
      to: 'Datastreams',
      many: true,
      ids: (e, a) => a.indexes.datastreamsOfObservedProperty.get(e.id) ?? [],
    },
  },
);

const observations = defineSet(
  'Observations',
  'Observation',
  {
    '@iot.id': { type: 'number', get: (e) => e.id },
    phenomenonTime: { type: 'time', get: (e) => e.phenomenonTime },
    resultTime: { type: 'time', get: (e) => e.resultTime, printsNull: true },
    result: { type: 'json', get: (e) => e.result, printsNull: true },
    resultQuality: { type: 'json', get: (e) => e.quality },
    validTime: { type: 'json', get: (e) => e.extra.vt ?? null },
    parameters: { type: 'json', get: (e) => e.extra.p ?? null },
  },
  {
    Datastream: { to: 'Datastreams', many: false, ids: (e) => [e.datastream] },
    FeatureOfInterest: {
      to: 'FeaturesOfInterest',
      many: false,
      ids: (e, a) => {
        const datastream = a.visible('Datastreams').get(e.datastream);
        return datastream === undefined ? [] : one(featureAt(datastream, e.t));
      },
    },
  },
);

const featuresOfInterest = defineSet(
  'FeaturesOfInterest',
  'FeatureOfInterest',
  { ...named, encodingType, feature: { type: 'geometry', get: (e) => e.feature }, properties },
  {
    Observations: {
      to: 'Observations',
      many: true,
      range: (e, a) => ({ datastreams: a.indexes.datastreamsOfFeature.get(e.id) ?? [], feature: e.id }),
    },
  },
);

export const SETS: Readonly<Record<Set8, SetDef>> = {
  Things: things,
  Locations: locations,
  HistoricalLocations: historicalLocations,
  Datastreams: datastreams,
  Sensors: sensors,
  ObservedProperties: observedProperties,
  Observations: observations,
  FeaturesOfInterest: featuresOfInterest,
};
