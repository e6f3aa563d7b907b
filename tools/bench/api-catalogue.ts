/**
 * The catalogue of the API's bench: every Datastream on a Thing of its own, with a Location and a FeatureOfInterest of its own,
 * and the properties that Masterportal's layers are found by, as cities fill them. Three neighbours share a radio device.
 */
import type { Device, EntitySets } from '../../services/model/index.ts';
import type { Put } from '../data-folder/index.ts';
import { devEui, MODEL } from './events.ts';

export const SERVICE = 'HH_STA_Klimamessnetz';
export const LAYER = 'Temperatur_15-Min';
/** The Datastream with a year of 15-minute values; no device feeds it. */
export const YEAR_STREAM = 1;

const CHANNELS = ['temperature', 'humidity', 'battery'] as const;
const QUANTITIES = ['airTemperature', 'relativeHumidity', 'batteryLevel'] as const;
const UNITS = [
  { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' },
  { name: 'percent', symbol: '%', definition: 'ucum:%' },
  { name: 'percent', symbol: '%', definition: 'ucum:%' },
] as const;
const OM = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement';
const GEO_JSON = 'application/geo+json';

/** Devices that feed three Datastreams each. */
export function devicesOf(datastreams: number): number {
  return Math.floor((datastreams - YEAR_STREAM) / CHANNELS.length);
}

/** Degrees east and north of the Thing with this number: a grid of 400 columns, off the round numbers. */
export function placeOf(id: number): readonly [x: number, y: number] {
  return [9.7 + (id % 400) * 0.0015 + 0.00037, 53.4 + Math.floor(id / 400) * 0.0011 + 0.00029];
}

export function* catalogue(datastreams: number, since: number): Generator<Put> {
  yield ['Organisations', { id: 'bench', name: 'Bench', properties: {} }];
  yield ['Sensors', sensor()];
  for (const [i, quantity] of QUANTITIES.entries()) yield ['ObservedProperties', observedProperty(i + 1, quantity)];
  for (let id = 1; id <= datastreams; id++) yield* station(id, since);
  for (let device = 0; device < devicesOf(datastreams); device++) yield ['Devices', radio(device)];
}

function* station(id: number, since: number): Generator<Put> {
  const point = { type: 'Point', coordinates: placeOf(id) };
  const name = `Messstelle ${id}`;
  const description = `Klimamessstelle ${id} am Lichtmast, 3 m über der Straße`;
  yield [
    'Locations',
    { id, name, description, properties: {}, encodingType: GEO_JSON, location: point, organisation: 'bench' },
  ];
  yield [
    'Things',
    {
      id,
      name,
      description,
      properties: {
        assetID: `klima.${id}`,
        ownerThing: 'Freie und Hansestadt Hamburg',
        topic: 'Umwelt und Klima',
        mounted: 'lamp post',
      },
      organisation: 'bench',
      key: `bench/${id}`,
      parent: null,
      locations: [id],
    },
  ];
  yield ['HistoricalLocations', { id, time: since, thing: id, locations: [id] }];
  yield [
    'FeaturesOfInterest',
    { id, name, description, properties: { location: id }, encodingType: GEO_JSON, feature: point },
  ];
  yield ['Datastreams', datastream(id, since)];
}

function datastream(id: number, since: number): EntitySets['Datastreams'] {
  const kind = channelOf(id);
  return {
    id,
    name: `${QUANTITIES[kind]} an Messstelle ${id}`,
    description: 'Mittelwert über 15 Minuten, ungeprüft',
    properties: {
      serviceName: SERVICE,
      layerName: LAYER,
      assetID: `klima.${id}.${CHANNELS[kind]}`,
      resultNature: 'processed',
      mediaMonitored: 'air',
      aggregateDuration: 'PT15M',
      ownerData: 'Freie und Hansestadt Hamburg',
      metadata: 'https://metaver.de/trefferanzeige?docuuid=AAAAAAAA-0000-4000-8000-000000000000',
      quantity: QUANTITIES[kind],
      channel: CHANNELS[kind],
    },
    observationType: OM,
    unitOfMeasurement: UNITS[kind] as (typeof UNITS)[number],
    thing: id,
    sensor: 1,
    observedProperty: kind + 1,
    organisation: 'bench',
    visibility: 'public',
    domain: 'climate',
    channel: CHANNELS[kind] as string,
    features: [{ from: since, feature: id }],
  };
}

/** 0 … 2: which of its device's channels feeds the Datastream. */
function channelOf(id: number): number {
  return id <= YEAR_STREAM ? 0 : (id - YEAR_STREAM - 1) % CHANNELS.length;
}

function radio(device: number): Device {
  const first = YEAR_STREAM + 1 + device * CHANNELS.length;
  return {
    key: devEui(device),
    name: `bench-${device}`,
    organisation: 'bench',
    model: MODEL,
    thing: first,
    datastreams: Object.fromEntries(CHANNELS.map((channel, i) => [channel, first + i])),
    properties: {},
  };
}

function sensor(): EntitySets['Sensors'] {
  const name = 'Milesight EM300-TH';
  const metadata = 'https://www.milesight.com/iot/product/lorawan-sensor/em300-th';
  return {
    id: 1,
    name,
    description: 'Outdoor temperature and humidity sensor',
    properties: {},
    encodingType: 'text/html',
    metadata,
    model: MODEL,
  };
}

function observedProperty(id: number, quantity: string): EntitySets['ObservedProperties'] {
  const definition = `https://example.org/quantities/${quantity}`;
  return { id, name: quantity, description: quantity, properties: {}, definition, quantity };
}
