/** The nine sets of SensorThings 1.1 [STA tables 2–20, 27–29]. */
import type { AggregateOf, FeatureOfInterest, Properties, Thing } from '../../../services/model/index.ts';
import { Time } from '../syntax/index.ts';
import { defineSet } from './define.ts';
import { featureOf } from './feature-at.ts';
import type { AnySet, SetDef, Stream, Surroundings } from './sets.ts';

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
const featureProperties = { type: 'json', get: printedFeatureProperties } as const;
const encodingType = { type: 'string', get: (e: { readonly encodingType: string }) => e.encodingType } as const;
const one = (n: number | null) => (n === null ? [] : [n]);
const ascending = (a: readonly number[], b: readonly number[]) =>
  b.length === 0 ? a : [...a, ...b].sort((x, y) => x - y);

/**
 * What the hub knows of a Datastream stands beside the properties that people gave. An organisation that it would have anyway is
 * left out; the visibility is told to insiders always, to others never: they see what they may see.
 */
function streamProperties(stream: Stream, around: Surroundings): Properties {
  const out: Record<string, unknown> = { ...stream.properties };
  for (const key of HUB_PROPERTIES) {
    const value = hubProperty(stream, around, key);
    if (value !== undefined) out[key] = value;
  }
  return 'aggregate' in stream && stream.aggregate !== undefined
    ? { ...out, ...aggregateProperties(stream.aggregate) }
    : out;
}

/** As FROST-Server's aggregates name what they are made of. */
function aggregateProperties({ datastream, level, zone }: AggregateOf): Properties {
  return {
    aggregateFor: `/Datastreams(${datastream})`,
    'aggregateSource.Datastream@iot.id': datastream,
    aggregateAmount: 1,
    aggregateUnit: level === 'hourly' ? 'Hours' : 'Days',
    aggregateTimeZone: zone ?? 'UTC',
  };
}

const HUB_PROPERTIES = ['domain', 'organisation', 'channel', 'visibility'] as const;

function hubProperty(stream: Stream, { insider, made }: Surroundings, key: string): string | undefined {
  switch (key) {
    case 'domain':
      return stream.domain === '' ? undefined : stream.domain;
    case 'organisation':
      return stream.organisation === made.organisation ? undefined : stream.organisation;
    case 'channel':
      return 'channel' in stream ? (stream.channel ?? undefined) : undefined;
    case 'visibility':
      return insider ? stream.visibility : undefined;
    default:
      return undefined;
  }
}

/** One of them, as `streamProperties` has it. */
function streamProperty(stream: Stream, around: Surroundings, key: string): unknown {
  if (key.startsWith('aggregate') && 'aggregate' in stream && stream.aggregate !== undefined)
    return own(aggregateProperties(stream.aggregate), key) ?? own(stream.properties, key);
  return hubProperty(stream, around, key) ?? own(stream.properties, key);
}

/** null: the one that it would have anyway. */
function owner({ organisation }: Thing, { made }: Surroundings): string | null {
  return organisation === made.organisation ? null : organisation;
}

function own(properties: Properties, key: string): unknown {
  return Object.hasOwn(properties, key) ? properties[key] : null;
}

/** Without the number of the Location that the hub made it of: ids in properties would mean nothing to a client. */
export function printedFeatureProperties({ properties }: Pick<FeatureOfInterest, 'properties'>): Properties {
  if (typeof properties.location !== 'number') return properties;
  const { location: _, ...rest } = properties;
  return rest;
}

/** What the hub makes of the Observations of a stream. */
const made = {
  observedArea: { type: 'geometry', get: (e: Stream, a: Surroundings) => a.observedArea(e), varies: true },
  phenomenonTime: { type: 'time', get: (e: Stream, a: Surroundings) => a.extent(e.id), needsExtent: true },
  // Where Observations came over the API, nothing but their rows knows their result times: then it is left out.
  resultTime: {
    type: 'time',
    get: (e: Stream, a: Surroundings) => (e.ownTimes === true ? null : a.extent(e.id)),
    needsExtent: true,
  },
  properties: { type: 'json', get: streamProperties, inside: streamProperty },
} as const;
const thing = { to: 'Things', many: false, ids: (e: Stream) => [e.thing] } as const;
const sensor = { to: 'Sensors', many: false, ids: (e: Stream) => [e.sensor] } as const;
const ownObservations = {
  to: 'Observations',
  many: true,
  range: (e: Stream) => ({ datastreams: [e.id], feature: null }),
} as const;

const things = defineSet(
  'Things',
  'Thing',
  {
    ...named,
    properties: {
      type: 'json',
      get: (e, a) => (owner(e, a) === null ? e.properties : { ...e.properties, organisation: e.organisation }),
      inside: (e, a, key) => (key === 'organisation' ? owner(e, a) : null) ?? own(e.properties, key),
    },
  },
  {
    Datastreams: { to: 'Datastreams', many: true, ids: (e, a) => a.indexes.datastreamsOfThing.get(e.id) ?? [] },
    MultiDatastreams: {
      to: 'MultiDatastreams',
      many: true,
      ids: (e, a) => a.indexes.multiDatastreamsOfThing.get(e.id) ?? [],
    },
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
    ...made,
  },
  {
    Thing: thing,
    Sensor: sensor,
    ObservedProperty: { to: 'ObservedProperties', many: false, ids: (e) => [e.observedProperty] },
    Observations: ownObservations,
  },
);

const multiDatastreams = defineSet(
  'MultiDatastreams',
  'MultiDatastream',
  {
    ...named,
    observationType: { type: 'string', get: (e) => e.observationType },
    multiObservationDataTypes: { type: 'json', get: (e) => e.multiObservationDataTypes },
    unitOfMeasurements: { type: 'json', get: (e) => e.unitOfMeasurements },
    ...made,
  },
  {
    Thing: thing,
    Sensor: sensor,
    // In the order of the results' elements.
    ObservedProperties: { to: 'ObservedProperties', many: true, ids: (e) => e.observedProperties },
    Observations: ownObservations,
  },
);

const sensors = defineSet(
  'Sensors',
  'Sensor',
  { ...named, encodingType, metadata: { type: 'json', get: (e) => e.metadata }, properties },
  {
    Datastreams: { to: 'Datastreams', many: true, ids: (e, a) => a.indexes.datastreamsOfSensor.get(e.id) ?? [] },
    MultiDatastreams: {
      to: 'MultiDatastreams',
      many: true,
      ids: (e, a) => a.indexes.multiDatastreamsOfSensor.get(e.id) ?? [],
    },
  },
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
    MultiDatastreams: {
      to: 'MultiDatastreams',
      many: true,
      ids: (e, a) => a.indexes.multiDatastreamsOfObservedProperty.get(e.id) ?? [],
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
    resultQuality: { type: 'json', get: (e) => e.resultQuality },
    validTime: { type: 'time', get: (e) => e.validTime },
    parameters: { type: 'json', get: (e) => e.extra.p ?? null },
  },
  {
    Datastream: {
      to: 'Datastreams',
      many: false,
      ids: (e) => [e.datastream],
      linked: (e, a) => !a.visible('MultiDatastreams').has(e.datastream),
    },
    MultiDatastream: {
      to: 'MultiDatastreams',
      many: false,
      ids: (e) => [e.datastream],
      linked: (e, a) => a.visible('MultiDatastreams').has(e.datastream),
    },
    FeatureOfInterest: {
      to: 'FeaturesOfInterest',
      many: false,
      ids: (e, a) => {
        const stream = a.stream(e.datastream);
        return stream === undefined ? [] : one(featureOf(e, stream));
      },
    },
  },
);

const featuresOfInterest = defineSet(
  'FeaturesOfInterest',
  'FeatureOfInterest',
  { ...named, encodingType, feature: { type: 'geometry', get: (e) => e.feature }, properties: featureProperties },
  {
    Observations: {
      to: 'Observations',
      many: true,
      range: (e, a) => ({
        datastreams: ascending(
          a.indexes.datastreamsOfFeature.get(e.id) ?? [],
          a.indexes.multiDatastreamsOfFeature.get(e.id) ?? [],
        ),
        feature: e.id,
      }),
    },
  },
);

export const SETS: Readonly<Record<AnySet, SetDef>> = {
  Things: things,
  Locations: locations,
  HistoricalLocations: historicalLocations,
  Datastreams: datastreams,
  MultiDatastreams: multiDatastreams,
  Sensors: sensors,
  ObservedProperties: observedProperties,
  Observations: observations,
  FeaturesOfInterest: featuresOfInterest,
};
