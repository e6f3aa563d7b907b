/** What bodies may hold, set by set [STA tables 2–20, 24, 27]: properties, relations, and what only the hub makes. */
import type { SetName } from '../../../services/model/index.ts';
import { readInstant } from './times.ts';
import { type ReadValue, readAny, readList, readProperties, readText, readUnit } from './values.ts';

export type WritableSet = SetName | 'Observations';

export interface Property {
  readonly read: ReadValue;
  /** What it holds, for people: the table in docs/sensorthings/datamodel.md. */
  readonly type: string;
  /** Taken where a new entity leaves it out; left out here: it must be given. */
  readonly fallback?: unknown;
}

export interface Relation {
  readonly to: WritableSet;
  readonly many: boolean;
  /** Name of the way back. */
  readonly inverse: string;
}

export interface Shape {
  readonly set: WritableSet;
  readonly single: string;
  readonly properties: Readonly<Record<string, Property>>;
  readonly relations: Readonly<Record<string, Relation>>;
  /** Printed by the hub, so they come back with what was read; they change nothing. */
  readonly made: readonly string[];
}

const GEOJSON = '`application/geo+json`: any GeoJSON; another `encodingType`: any JSON';
const UNIT = 'object of `name`, `symbol`, `definition`, each a text or null';
const text: Property = { read: readText, type: 'text' };
const named = { name: text, description: text };
const properties: Property = { read: readProperties, type: 'JSON object', fallback: {} };
const place: Property = { read: readAny, type: GEOJSON };
const anyJson: Property = { read: readAny, type: 'any JSON; mostly the address of a data sheet' };
const one = (to: WritableSet, inverse: string): Relation => ({ to, many: false, inverse });
const many = (to: WritableSet, inverse: string): Relation => ({ to, many: true, inverse });
/** Observations are read in `observation-values.ts`, which is faster; here stands what there is. */
const read = (value: unknown) => value;
const observation: Readonly<Record<string, Property>> = {
  phenomenonTime: { read, type: 'time, or an interval of two with `/`', fallback: null },
  resultTime: { read, type: 'time', fallback: null },
  result: { read, type: 'any JSON; of a MultiDatastream an array' },
  resultQuality: { read, type: 'any JSON', fallback: null },
  validTime: { read, type: 'interval: two times with `/`', fallback: null },
  parameters: { read, type: 'JSON object', fallback: null },
};

const COMPLEX = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_ComplexObservation';

export const SHAPES: Readonly<Record<WritableSet, Shape>> = {
  Things: {
    set: 'Things',
    single: 'Thing',
    properties: { ...named, properties },
    relations: {
      Locations: many('Locations', 'Things'),
      HistoricalLocations: many('HistoricalLocations', 'Thing'),
      Datastreams: many('Datastreams', 'Thing'),
      MultiDatastreams: many('MultiDatastreams', 'Thing'),
    },
    made: [],
  },
  Locations: {
    set: 'Locations',
    single: 'Location',
    properties: { ...named, encodingType: text, location: place, properties },
    relations: {
      Things: many('Things', 'Locations'),
      HistoricalLocations: many('HistoricalLocations', 'Locations'),
    },
    made: [],
  },
  HistoricalLocations: {
    set: 'HistoricalLocations',
    single: 'HistoricalLocation',
    properties: { time: { read: (value, path) => readInstant(value, path).ms, type: 'time' } },
    relations: { Thing: one('Things', 'HistoricalLocations'), Locations: many('Locations', 'HistoricalLocations') },
    made: [],
  },
  Datastreams: {
    set: 'Datastreams',
    single: 'Datastream',
    properties: { ...named, observationType: text, unitOfMeasurement: { read: readUnit, type: UNIT }, properties },
    relations: {
      Thing: one('Things', 'Datastreams'),
      Sensor: one('Sensors', 'Datastreams'),
      ObservedProperty: one('ObservedProperties', 'Datastreams'),
      Observations: many('Observations', 'Datastream'),
    },
    made: ['observedArea', 'phenomenonTime', 'resultTime'],
  },
  MultiDatastreams: {
    set: 'MultiDatastreams',
    single: 'MultiDatastream',
    properties: {
      ...named,
      observationType: { read: readText, type: 'text', fallback: COMPLEX },
      multiObservationDataTypes: { read: readList(readText), type: 'array of texts, one for each element' },
      unitOfMeasurements: { read: readList(readUnit), type: 'array of units, one for each element' },
      properties,
    },
    relations: {
      Thing: one('Things', 'MultiDatastreams'),
      Sensor: one('Sensors', 'MultiDatastreams'),
      ObservedProperties: many('ObservedProperties', 'MultiDatastreams'),
      Observations: many('Observations', 'MultiDatastream'),
    },
    made: ['observedArea', 'phenomenonTime', 'resultTime'],
  },
  Sensors: {
    set: 'Sensors',
    single: 'Sensor',
    properties: { ...named, encodingType: text, metadata: anyJson, properties },
    relations: {
      Datastreams: many('Datastreams', 'Sensor'),
      MultiDatastreams: many('MultiDatastreams', 'Sensor'),
    },
    made: [],
  },
  ObservedProperties: {
    set: 'ObservedProperties',
    single: 'ObservedProperty',
    properties: { name: text, definition: text, description: text, properties },
    relations: {
      Datastreams: many('Datastreams', 'ObservedProperty'),
      MultiDatastreams: many('MultiDatastreams', 'ObservedProperties'),
    },
    made: [],
  },
  FeaturesOfInterest: {
    set: 'FeaturesOfInterest',
    single: 'FeatureOfInterest',
    properties: { ...named, encodingType: text, feature: place, properties },
    relations: { Observations: many('Observations', 'FeatureOfInterest') },
    made: [],
  },
  Observations: {
    set: 'Observations',
    single: 'Observation',
    properties: observation,
    relations: {
      Datastream: one('Datastreams', 'Observations'),
      MultiDatastream: one('MultiDatastreams', 'Observations'),
      FeatureOfInterest: one('FeaturesOfInterest', 'Observations'),
    },
    made: [],
  },
};
