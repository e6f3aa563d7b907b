/**
 * The city that every recorded case is answered from: its ids and times never change. Public are a thermometer with 240 hourly
 * readings, a traffic counter, a charging station whose results are texts, and a bus that has moved; hidden is a thermometer in
 * a cellar (Thing 5). Only Datastream 5 has readings of today.
 */
import { type Datastream, type Location, RESULT, type RowBatch, type Thing } from '../../services/model/index.ts';
import type { Put } from '../../tools/data-folder/index.ts';

/** The first reading, midnight of the 1st of March 2026. */
const BEGIN = Date.UTC(2026, 2, 1);
const HOUR = 3_600_000;
const GEO_JSON = 'application/geo+json';
const OM = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/';

const named = (id: number, name: string, properties = {}) => ({ id, name, description: `${name}.`, properties });

const PLACES: readonly (readonly [id: number, name: string, coordinates: readonly [number, number]])[] = [
  [1, 'Rathausmarkt', [9.9926, 53.5505]],
  [2, 'Jungfernstieg', [9.994, 53.553]],
  [3, 'Bus 5, Dammtor', [9.9895, 53.5607]],
  [4, 'Bus 5, Gänsemarkt', [9.989, 53.5555]],
  [5, 'Harburg', [9.985, 53.46]],
  [6, 'Keller', [9.99, 53.55]],
];

function location([id, name, coordinates]: (typeof PLACES)[number]): Location {
  return {
    ...named(id, name),
    encodingType: GEO_JSON,
    location: { type: 'Point', coordinates },
    organisation: 'hamburg',
  };
}

function thing(id: number, name: string, place: number, properties = {}): Thing {
  return { ...named(id, name, properties), organisation: 'hamburg', key: null, parent: null, locations: [place] };
}

function stream(
  id: number,
  name: string,
  [thingId, sensor, observedProperty, feature]: readonly [number, number, number, number],
  layerName: string,
  more: Partial<Datastream> = {},
): Datastream {
  return {
    ...named(id, name, { serviceName: 'HH_STA_Test', layerName }),
    observationType: `${OM}OM_Measurement`,
    unitOfMeasurement: { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' },
    thing: thingId,
    sensor,
    observedProperty,
    organisation: 'hamburg',
    visibility: 'public',
    domain: 'climate',
    channel: null,
    features: [{ from: BEGIN, feature }],
    ...more,
  };
}

const NOTHING = { name: null, symbol: null, definition: null };

export const PUTS: readonly Put[] = [
  ['Organisations', { id: 'hamburg', name: 'Hamburg', properties: {} }],
  ...PLACES.map((place): Put => ['Locations', location(place)]),
  ['Things', thing(1, 'Messstelle Rathausmarkt', 1, { assetID: 'K-001', height: 3 })],
  ['Things', thing(2, 'Ladestation Jungfernstieg', 2, { assetID: 'E-002', richtung: 'stadteinwärts' })],
  ['Things', thing(3, 'Bus 5', 4, { assetID: 'B-005' })],
  ['Things', thing(4, 'Messstelle Harburg', 5, { assetID: 'K-004', height: 4 })],
  ['Things', thing(5, 'Keller', 6)],
  ['HistoricalLocations', { id: 1, time: BEGIN, thing: 1, locations: [1] }],
  ['HistoricalLocations', { id: 2, time: BEGIN, thing: 2, locations: [2] }],
  ['HistoricalLocations', { id: 3, time: BEGIN, thing: 3, locations: [3] }],
  ['HistoricalLocations', { id: 4, time: BEGIN + HOUR, thing: 3, locations: [4] }],
  ['HistoricalLocations', { id: 5, time: BEGIN, thing: 4, locations: [5] }],
  ['HistoricalLocations', { id: 6, time: BEGIN, thing: 5, locations: [6] }],
  ...['Thermometer', 'Induktionsschleife', 'Ladesäule'].map(
    (name, i): Put => [
      'Sensors',
      {
        ...named(i + 1, name),
        encodingType: 'text/html',
        metadata: `https://example.org/sensor/${i + 1}`,
        model: null,
      },
    ],
  ),
  ...['Temperatur', 'Anzahl_Kfz', 'Ladezustand'].map(
    (name, i): Put => [
      'ObservedProperties',
      { ...named(i + 1, name), definition: `https://example.org/property/${i + 1}`, quantity: null },
    ],
  ),
  ...PLACES.map(
    ([id, name, coordinates]): Put => [
      'FeaturesOfInterest',
      { ...named(id, name), encodingType: GEO_JSON, feature: { type: 'Point', coordinates } },
    ],
  ),
  ['Datastreams', stream(1, 'Temperatur Rathausmarkt', [1, 1, 1, 1], 'Temperatur')],
  [
    'Datastreams',
    stream(2, 'Kfz Rathausmarkt', [1, 2, 2, 1], 'Kfz', {
      observationType: `${OM}OM_CountObservation`,
      unitOfMeasurement: NOTHING,
      domain: 'mobility',
    }),
  ],
  [
    'Datastreams',
    stream(3, 'Ladezustand Jungfernstieg', [2, 3, 3, 2], 'Ladestationen', {
      observationType: `${OM}OM_Observation`,
      unitOfMeasurement: NOTHING,
      domain: 'mobility',
    }),
  ],
  [
    'Datastreams',
    stream(4, 'Temperatur Bus 5', [3, 1, 1, 3], 'Temperatur', {
      features: [
        { from: BEGIN, feature: 3 },
        { from: BEGIN + HOUR, feature: 4 },
      ],
    }),
  ],
  ['Datastreams', stream(5, 'Temperatur Harburg', [4, 1, 1, 5], 'Heute')],
  ['Datastreams', stream(6, 'Temperatur Keller', [5, 1, 1, 6], 'Temperatur', { visibility: 'internal' })],
];

type Row = readonly [ds: number, t: number, result: number | string];

/** `now`: readings of today lie 25, 23 and 1 hours before it. */
export function rows(now: number): RowBatch {
  const hourly = (ds: number, count: number, result: (hour: number) => number | string): Row[] =>
    Array.from({ length: count }, (_, hour) => [ds, BEGIN + hour * HOUR, result(hour)]);
  const all: readonly Row[] = [
    ...hourly(1, 240, (hour) => Math.round(100 + 50 * Math.sin((hour * Math.PI) / 12)) / 10),
    ...hourly(2, 5, (hour) => hour * 10),
    ...hourly(3, 3, (hour) => (hour === 1 ? 'CHARGING' : 'AVAILABLE')),
    ...hourly(4, 2, (hour) => 20 + hour),
    ...([25, 23, 1] as const).map((ago, i): Row => [5, now - ago * HOUR, 7.5 + i]),
    ...hourly(6, 4, () => 12),
  ];
  return {
    length: all.length,
    ds: Int32Array.from(all, ([ds]) => ds),
    t: Float64Array.from(all, ([, t]) => t),
    r: Float64Array.from(all, ([, , result]) => (typeof result === 'number' ? result : Number.NaN)),
    type: Uint8Array.from(all, ([, , result]) => (typeof result === 'number' ? RESULT.number : RESULT.text)),
    rec: Float64Array.from(all, () => 1),
    q: new Uint8Array(all.length),
    x: new Map(
      all.flatMap(([, , result], i) => (typeof result === 'number' ? [] : [[i, JSON.stringify({ v: result })]])),
    ),
  };
}
