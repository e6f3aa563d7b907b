/** What bodies may hold, set by set [STA tables 2–20, 24, 27]: properties, relations, and what only the hub makes. */
import type { SetName } from '../../../services/model/index.ts';
import { readInstant } from './times.ts';
import { type ReadValue, readAny, readList, readProperties, readText, readUnit } from './values.ts';

export type WritableSet = SetName | 'Observations';

export interface Property {
  readonly read: ReadValue;
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

const text: Property = { read: readText };
const named = { name: text, description: text };
const properties: Property = { read: readProperties, fallback: {} };
const anyJson: Property = { read: readAny };
const optionalJson: Property = { read: (value) => value, fallback: null };
const one = (to: WritableSet, inverse: string): Relation => ({ to, many: false, inverse });
const many = (to: WritableSet, inverse: string): Relation => ({ to, many: true, inverse });
/** Observations are read in `observation-draft.ts`, which is faster; here stands what there is. */
const observation = ['phenomenonTime', 'resultTime', 'result', 'resultQuality', 'validTime', 'parameters'];

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
    properties: { ...named, encodingType: text, location: anyJson, properties },
    relations: {
      Things: many('Things', 'Locations'),
      HistoricalLocations: many('HistoricalLocations', 'Locations'),
    },
    made: [],
  },
  HistoricalLocations: {
    set: 'HistoricalLocations',
    single: 'HistoricalLocation',
    properties: { time: { read: (value, path) => readInstant(value, path).ms } },
    relations: { Thing: one('Things', 'HistoricalLocations'), Locations: many('Locations', 'HistoricalLocations') },
    made: [],
  },
  Datastreams: {
    set: 'Datastreams',
    single: 'Datastream',
    properties: { ...named, observationType: text, unitOfMeasurement: { read: readUnit }, properties },
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
      observationType: { read: readText, fallback: COMPLEX },
      multiObservationDataTypes: { read: readList(readText) },
      unitOfMeasurements: { read: readList(readUnit) },
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
    properties: { ...named, encodingType: text, feature: anyJson, properties },
    relations: { Observations: many('Observations', 'FeatureOfInterest') },
    made: [],
  },
  Observations: {
    set: 'Observations',
    single: 'Observation',
    properties: Object.fromEntries(observation.map((name) => [name, optionalJson])),
    relations: {
      Datastream: one('Datastreams', 'Observations'),
      MultiDatastream: one('MultiDatastreams', 'Observations'),
      FeatureOfInterest: one('FeaturesOfInterest', 'Observations'),
    },
    made: [],
  },
};
