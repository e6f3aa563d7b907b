/** What addresses of the SensorThings API are made of: sets, properties with their types, relations, functions, options. */

export type Type = 'number' | 'string' | 'time' | 'geometry' | 'json' | 'boolean' | 'duration' | 'dayTime';
interface Grammar {
  readonly single: string;
  readonly properties: Readonly<Record<string, Type>>;
  readonly relations: Readonly<Record<string, string>>;
}
const NAMED = { '@iot.id': 'number', id: 'number', name: 'string', description: 'string' } as const;
const STREAM = {
  ...NAMED,
  observationType: 'string',
  observedArea: 'geometry',
  phenomenonTime: 'time',
  resultTime: 'time',
  properties: 'json',
  'properties/domain': 'json',
} as const;

/** The sets as clients know them [STA 8.2, 15]. */
export const GRAMMAR: Readonly<Record<string, Grammar>> = {
  Things: {
    single: 'Thing',
    properties: { ...NAMED, properties: 'json', 'properties/organisation': 'json', "properties['a b']": 'json' },
    relations: {
      Datastreams: 'Datastreams',
      MultiDatastreams: 'MultiDatastreams',
      Locations: 'Locations',
      HistoricalLocations: 'HistoricalLocations',
    },
  },
  Locations: {
    single: 'Location',
    properties: { ...NAMED, encodingType: 'string', location: 'geometry', 'location/type': 'json', properties: 'json' },
    relations: { Things: 'Things', HistoricalLocations: 'HistoricalLocations' },
  },
  HistoricalLocations: {
    single: 'HistoricalLocation',
    properties: { '@iot.id': 'number', id: 'number', time: 'time' },
    relations: { Thing: 'Things', Locations: 'Locations' },
  },
  Datastreams: {
    single: 'Datastream',
    properties: { ...STREAM, unitOfMeasurement: 'json', 'unitOfMeasurement/symbol': 'json' },
    relations: {
      Thing: 'Things',
      Sensor: 'Sensors',
      ObservedProperty: 'ObservedProperties',
      Observations: 'Observations',
    },
  },
  MultiDatastreams: {
    single: 'MultiDatastream',
    properties: { ...STREAM, unitOfMeasurements: 'json', 'unitOfMeasurements/0/symbol': 'json' },
    relations: {
      Thing: 'Things',
      Sensor: 'Sensors',
      ObservedProperties: 'ObservedProperties',
      Observations: 'Observations',
    },
  },
  Sensors: {
    single: 'Sensor',
    properties: { ...NAMED, encodingType: 'string', metadata: 'json', properties: 'json' },
    relations: { Datastreams: 'Datastreams', MultiDatastreams: 'MultiDatastreams' },
  },
  ObservedProperties: {
    single: 'ObservedProperty',
    properties: { ...NAMED, definition: 'string', properties: 'json' },
    relations: { Datastreams: 'Datastreams', MultiDatastreams: 'MultiDatastreams' },
  },
  Observations: {
    single: 'Observation',
    properties: {
      '@iot.id': 'number',
      id: 'number',
      phenomenonTime: 'time',
      resultTime: 'time',
      result: 'json',
      'result[0]': 'json',
      resultQuality: 'json',
      validTime: 'time',
      parameters: 'json',
    },
    relations: {
      Datastream: 'Datastreams',
      MultiDatastream: 'MultiDatastreams',
      FeatureOfInterest: 'FeaturesOfInterest',
    },
  },
  FeaturesOfInterest: {
    single: 'FeatureOfInterest',
    properties: { ...NAMED, encodingType: 'string', feature: 'geometry', 'feature/coordinates/0': 'json' },
    relations: { Observations: 'Observations' },
  },
};

/** Functions by what they give, with the types of their arguments [STA table 23]. */
export const FUNCTIONS: Readonly<Record<Type, Readonly<Record<string, readonly Type[]>>>> = {
  boolean: {
    substringof: ['string', 'string'],
    contains: ['string', 'string'],
    endswith: ['string', 'string'],
    startswith: ['string', 'string'],
    'geo.intersects': ['geometry', 'geometry'],
    st_equals: ['geometry', 'geometry'],
    st_disjoint: ['geometry', 'geometry'],
    st_touches: ['geometry', 'geometry'],
    st_within: ['geometry', 'geometry'],
    st_overlaps: ['geometry', 'geometry'],
    st_crosses: ['geometry', 'geometry'],
    st_intersects: ['geometry', 'geometry'],
    st_contains: ['geometry', 'geometry'],
    st_relate: ['geometry', 'geometry'],
    before: ['time', 'time'],
    after: ['time', 'time'],
    meets: ['time', 'time'],
    during: ['time', 'time'],
    overlaps: ['time', 'time'],
    starts: ['time', 'time'],
    finishes: ['time', 'time'],
  },
  number: {
    length: ['string'],
    indexof: ['string', 'string'],
    year: ['time'],
    month: ['time'],
    day: ['time'],
    hour: ['time'],
    minute: ['time'],
    second: ['time'],
    fractionalseconds: ['time'],
    totaloffsetminutes: ['time'],
    round: ['number'],
    floor: ['number'],
    ceiling: ['number'],
    'geo.distance': ['geometry', 'geometry'],
    'geo.length': ['geometry'],
  },
  string: {
    substring: ['string', 'number'],
    tolower: ['string'],
    toupper: ['string'],
    trim: ['string'],
    concat: ['string', 'string'],
  },
  time: { now: [], mindatetime: [], maxdatetime: [], date: ['time'] },
  dayTime: { time: ['time'] },
  geometry: {},
  json: {},
  duration: {},
};
export const FUNCTION_NAMES: readonly string[] = Object.values(FUNCTIONS).flatMap((f) => Object.keys(f));
export const OPTION_NAMES = [
  '$filter',
  '$orderby',
  '$top',
  '$skip',
  '$count',
  '$select',
  '$expand',
  '$resultFormat',
  '$apply',
  '$interval',
] as const;
