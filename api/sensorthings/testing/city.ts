/**
 * Two towns: Things 1–2 of Solingen (climate mast, gauge), Thing 3 of Ulm (a bay). Datastreams: 1 temperature and
 * 2 battery (internal) of the mast, 3 water level, 4 bay taken (boolean), 5 without readings. Datastream 3 moves from
 * FeatureOfInterest 2 to 3 at hour 6.
 */
import {
  type Datastream,
  type FeatureOfInterest,
  type Location,
  type ObservedProperty,
  RESULT,
  type RowBatch,
  type Sensor,
  type Thing,
} from '../../../services/model/index.ts';
import { memoryStore, type TimeseriesStore } from '../../../services/timeseries/index.ts';
import { type CatalogueParts, catalogueOf } from './catalogue.ts';

export const NOW = Date.UTC(2026, 4, 2);
const DAY_BEFORE = NOW - 86_400_000;
const HOUR = 3_600_000;

const point = (x: number, y: number) => ({ type: 'Point', coordinates: [x, y] });
const named = (id: number, name: string, properties = {}) => ({ id, name, description: `about ${name}`, properties });

const thing = (id: number, name: string, organisation: string, location: number, properties = {}): Thing => ({
  ...named(id, name, properties),
  organisation,
  key: null,
  parent: null,
  locations: [location],
});
const location = (id: number, name: string, organisation: string, x: number, y: number): Location => ({
  ...named(id, name),
  encodingType: 'application/geo+json',
  location: point(x, y),
  organisation,
});
const feature = (id: number, name: string, x: number, y: number): FeatureOfInterest => ({
  ...named(id, name),
  encodingType: 'application/geo+json',
  feature: point(x, y),
});
const sensor = (id: number, name: string): Sensor => ({
  ...named(id, name),
  encodingType: 'text/html',
  metadata: `https://example.org/${id}`,
  model: null,
});
const observed = (id: number, name: string): ObservedProperty => ({
  ...named(id, name),
  definition: `https://example.org/${name}`,
  quantity: null,
});
const OM = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/';
const stream = (
  id: number,
  name: string,
  [thingId, sensorId, property]: readonly [number, number, number],
  more: Partial<Datastream> = {},
): Datastream => ({
  ...named(id, name, { serviceName: 'HH_STA', layerName: name }),
  observationType: `${OM}OM_Measurement`,
  unitOfMeasurement: { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' },
  thing: thingId,
  sensor: sensorId,
  observedProperty: property,
  organisation: 'solingen',
  visibility: 'public',
  domain: 'climate',
  channel: null,
  features: [],
  ...more,
});

export const CITY: CatalogueParts = {
  Things: [
    thing(1, 'Mast am Rathaus', 'solingen', 1, { height: 4, tags: ['roof', "it's"] }),
    thing(2, 'Pegel Wupper', 'solingen', 2),
    thing(3, 'Stellplatz 12', 'ulm', 3, { height: '7' }),
    thing(4, 'Hidden mast', 'ulm', 4),
  ],
  Locations: [
    location(1, 'Rathaus', 'solingen', 7.08, 51.17),
    location(2, 'Wupper', 'solingen', 7.1, 51.16),
    location(3, 'Münsterplatz', 'ulm', 9.99, 48.4),
    location(4, 'Hidden place', 'ulm', 9.9, 48.3),
  ],
  HistoricalLocations: [
    { id: 1, time: DAY_BEFORE, thing: 1, locations: [1] },
    { id: 2, time: DAY_BEFORE + HOUR, thing: 2, locations: [2] },
    { id: 3, time: DAY_BEFORE, thing: 4, locations: [4] },
  ],
  Sensors: [sensor(1, 'EM300'), sensor(2, 'Pegelsonde'), sensor(3, 'Bay sensor'), sensor(4, 'Hidden sensor')],
  ObservedProperties: [
    observed(1, 'airTemperature'),
    observed(2, 'batteryLevel'),
    observed(3, 'waterLevel'),
    observed(4, 'occupancy'),
  ],
  FeaturesOfInterest: [
    feature(1, 'Rathaus', 7.08, 51.17),
    feature(2, 'Wupper low', 7.1, 51.16),
    feature(3, 'Wupper high', 7.11, 51.15),
  ],
  Datastreams: [
    stream(1, 'Temperature', [1, 1, 1], {
      channel: 'temperature',
      features: [{ from: 0, feature: 1 }],
      ownTimes: true,
    }),
    stream(2, 'Battery', [1, 1, 2], { visibility: 'internal' }),
    stream(3, 'Level', [2, 2, 3], {
      domain: 'water',
      features: [
        { from: 0, feature: 2 },
        { from: DAY_BEFORE + 6 * HOUR, feature: 3 },
      ],
    }),
    stream(4, 'Taken', [3, 3, 4], {
      domain: 'parking',
      organisation: 'ulm',
      observationType: `${OM}OM_TruthObservation`,
    }),
    stream(5, 'Empty', [3, 3, 4], { domain: 'parking', organisation: 'ulm' }),
    stream(6, 'Hidden', [4, 4, 2], { visibility: 'internal', organisation: 'ulm' }),
  ],
};

export const cityCatalogue = () => catalogueOf(CITY);

/**
 * 24 hourly readings of Datastreams 1–4 and 6; hour i gives i, of Datastream 4 every second one true. Of Datastream 1, hour 5
 * has the resultTime of hour 6 and hour 7 none.
 */
export async function cityStore(): Promise<TimeseriesStore> {
  const store = memoryStore();
  await store.start();
  const ids = [1, 2, 3, 4, 6];
  const length = ids.length * 24;
  const ds = Int32Array.from({ length }, (_, i) => ids[i % ids.length]!);
  const hour = Array.from({ length }, (_, i) => Math.floor(i / ids.length));
  const batch: RowBatch = {
    length,
    ds,
    t: Float64Array.from(hour, (h) => DAY_BEFORE + h * HOUR),
    r: Float64Array.from(hour, (h, i) => (ds[i] === 4 ? h % 2 : h)),
    type: Uint8Array.from(ds, (id) => (id === 4 ? RESULT.boolean : RESULT.number)),
    rec: Float64Array.from(hour, (_, i) => i + 1),
    q: Uint8Array.from(hour, (h) => (h === 23 ? 1 : 0)),
    x: new Map(
      hour.flatMap((h, i): [number, string][] => {
        const rt = ds[i] !== 1 ? undefined : h === 5 ? DAY_BEFORE + 6 * HOUR : h === 7 ? null : undefined;
        const extra = { ...(rt === undefined ? {} : { rt }), ...(h === 5 ? { p: { run: 7 } } : {}) };
        return Object.keys(extra).length === 0 ? [] : [[i, JSON.stringify(extra)]];
      }),
    ),
  };
  await store.write(batch);
  return store;
}
