/** MultiDatastreams [STA 15], and Observations with times and FeaturesOfInterest of their own. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MultiDatastream, RESULT, type RowExtra } from '../../services/model/index.ts';
import { type Api, CITY, catalogueOf, cityStore, NOW, serve } from './testing/index.ts';

const HOUR = 3_600_000;
const OM = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/';
const unit = (symbol: string) => ({ name: symbol, symbol, definition: `ucum:${symbol}` });
const WIND: MultiDatastream = {
  id: 7,
  name: 'Wind',
  description: 'speed and level',
  properties: { serviceName: 'HH_STA' },
  observationType: `${OM}OM_ComplexObservation`,
  multiObservationDataTypes: [`${OM}OM_Measurement`, `${OM}OM_Measurement`],
  unitOfMeasurements: [unit('m/s'), unit('m')],
  observedProperties: [3, 1],
  thing: 2,
  sensor: 2,
  organisation: 'solingen',
  visibility: 'public',
  domain: 'water',
  features: [{ from: 0, feature: 1 }],
  otherFeatures: [3],
  ownTimes: true,
};
/** Half-hourly: instant, interval of an hour, one that names FeatureOfInterest 3, one without resultTime. */
const ROWS: readonly RowExtra[] = [
  { v: [1, 10] },
  { v: [2, 20], e: NOW - 9.5 * HOUR + HOUR, rt: NOW, vt: [NOW, NOW + HOUR] },
  { v: [3, 30], f: 3, rq: { DQ_Status: 'good' } },
  { v: [4, 40], rt: null },
];

let api: Api;
beforeAll(async () => {
  const store = await cityStore();
  const { length } = ROWS;
  await store.write({
    length,
    ds: new Int32Array(length).fill(7),
    t: Float64Array.from(ROWS, (_, i) => NOW - (10 - i / 2) * HOUR),
    r: new Float64Array(length).fill(Number.NaN),
    type: new Uint8Array(length).fill(RESULT.object),
    rec: Float64Array.from(ROWS, (_, i) => 1000 + i),
    q: new Uint8Array(length),
    x: new Map(ROWS.map((row, i) => [i, JSON.stringify(row)])),
  });
  api = await serve({ store, catalogue: catalogueOf({ ...CITY, MultiDatastreams: [WIND] }) });
});
afterAll(() => api.stop());
const get = (path: string) => api.get(`/${path.replaceAll(' ', '%20')}`);
const results = async (path: string) =>
  (await get(path)).body.value.map((o: { result: unknown }) => o.result) as unknown[];

test('a MultiDatastream has the properties and relations of the standard', async () => {
  const { body } = await get('MultiDatastreams(7)');
  expect(body).toEqual({
    '@iot.selfLink': `${api.root}/MultiDatastreams(7)`,
    '@iot.id': 7,
    name: 'Wind',
    description: 'speed and level',
    observationType: WIND.observationType,
    multiObservationDataTypes: WIND.multiObservationDataTypes,
    unitOfMeasurements: WIND.unitOfMeasurements,
    observedArea: expect.objectContaining({ type: 'Polygon' }),
    phenomenonTime: expect.stringContaining('/'),
    properties: { serviceName: 'HH_STA', domain: 'water', organisation: 'solingen' },
    ...Object.fromEntries(
      ['Thing', 'Sensor', 'ObservedProperties', 'Observations'].map((name) => [
        `${name}@iot.navigationLink`,
        `${api.root}/MultiDatastreams(7)/${name}`,
      ]),
    ),
  });
});

test('it is reached from Thing, Sensor, ObservedProperty, and its ObservedProperties keep their order', async () => {
  for (const path of ['Things(2)', 'Sensors(2)', 'ObservedProperties(1)', 'ObservedProperties(3)']) {
    const { body } = await get(`${path}/MultiDatastreams?$select=name`);
    expect([path, body.value]).toEqual([path, [{ name: 'Wind' }]]);
  }
  const { body } = await get('MultiDatastreams?$expand=ObservedProperties($select=id),Thing($select=name)');
  expect(body.value[0].ObservedProperties.map((o: { '@iot.id': number }) => o['@iot.id'])).toEqual([3, 1]);
  expect(body.value[0].Thing).toEqual({ name: 'Pegel Wupper' });
  expect((await get("Things?$filter=MultiDatastreams/unitOfMeasurements/0/symbol eq 'm/s'")).body.value).toHaveLength(
    1,
  );
});

test('its Observations lead to it and to no Datastream, others to no MultiDatastream', async () => {
  const { body } = await get('MultiDatastreams(7)/Observations?$top=1&$expand=MultiDatastream($select=name)');
  const [observation] = body.value;
  expect(observation.result).toEqual([1, 10]);
  expect(observation.MultiDatastream).toEqual({ name: 'Wind' });
  expect(observation['Datastream@iot.navigationLink']).toBeUndefined();
  const links = Object.keys((await get('MultiDatastreams(7)/Observations?$top=1')).body.value[0]);
  expect(links).toContain('MultiDatastream@iot.navigationLink');
  expect(links).not.toContain('Datastream@iot.navigationLink');
  const others = Object.keys((await get('Datastreams(1)/Observations?$top=1')).body.value[0]);
  expect(others).toContain('Datastream@iot.navigationLink');
  expect(others).not.toContain('MultiDatastream@iot.navigationLink');
  expect((await get(`Observations(${observation['@iot.id']})/Datastream`)).status).toBe(404);
});

test('conditions reach into results and across both kinds', async () => {
  expect(await results('MultiDatastreams(7)/Observations?$filter=result/1 gt 20')).toEqual([
    [3, 30],
    [4, 40],
  ]);
  expect(await results('MultiDatastreams(7)/Observations?$filter=result[0] eq 2')).toEqual([[2, 20]]);
  expect(await results("Observations?$filter=MultiDatastream/name eq 'Wind' and result/0 le 2")).toEqual([
    [1, 10],
    [2, 20],
  ]);
  expect(await results('Observations?$filter=MultiDatastream/id eq 7&$top=1')).toEqual([[1, 10]]);
  expect(await results('Observations?$filter=Datastream/id eq 7')).toEqual([]);
  expect(await results('Observations?$filter=(Datastream/id eq 3 or MultiDatastream/id eq 7) and result eq 5')).toEqual(
    [5],
  );
  expect((await get('Observations?$count=true&$top=0&$filter=Datastream/id eq null')).body['@iot.count']).toBe(4);
});

test('times of their own: intervals, resultTime, validTime', async () => {
  const { body } = await get(
    'MultiDatastreams(7)/Observations?$select=phenomenonTime,resultTime,validTime,resultQuality',
  );
  expect(body.value).toEqual([
    {
      phenomenonTime: '2026-05-01T14:00:00.000Z',
      resultTime: '2026-05-01T14:00:00.000Z',
      validTime: null,
      resultQuality: null,
    },
    {
      phenomenonTime: '2026-05-01T14:30:00.000Z/2026-05-01T15:30:00.000Z',
      resultTime: '2026-05-02T00:00:00.000Z',
      validTime: '2026-05-02T00:00:00.000Z/2026-05-02T01:00:00.000Z',
      resultQuality: null,
    },
    {
      phenomenonTime: '2026-05-01T15:00:00.000Z',
      resultTime: '2026-05-01T15:00:00.000Z',
      validTime: null,
      resultQuality: { DQ_Status: 'good' },
    },
    { phenomenonTime: '2026-05-01T15:30:00.000Z', resultTime: null, validTime: null, resultQuality: null },
  ]);
  const of = (filter: string) => results(`MultiDatastreams(7)/Observations?$filter=${filter}`);
  expect(await of('resultTime gt 2026-05-01T14:30:00Z')).toEqual([
    [2, 20],
    [3, 30],
  ]);
  expect(await of('resultTime eq null')).toEqual([[4, 40]]);
  expect(await of('phenomenonTime lt 2026-05-01T15:00:00Z')).toEqual([[1, 10]]);
  expect(await of('validTime ge 2026-05-02')).toEqual([[2, 20]]);
  expect(await results('MultiDatastreams(7)/Observations?$orderby=resultTime desc')).toEqual([
    [2, 20],
    [3, 30],
    [1, 10],
    [4, 40],
  ]);
});

test('resultTime of readings is a bound and an order that the store keeps', async () => {
  const store = await cityStore();
  const scans: unknown[] = [];
  const other = await serve({
    store: new Proxy(store, {
      get(target, key) {
        const value = Reflect.get(target, key);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (key === 'scan') scans.push(args[0]);
          return value.apply(target, args);
        };
      },
    }),
  });
  const path =
    "/Datastreams(3)/Observations?$filter=resultTime%20gt%20now()%20sub%20duration'PT2H'&$orderby=resultTime%20desc&$top=1";
  expect((await other.get(path)).body.value.map((o: { result: number }) => o.result)).toEqual([23]);
  expect(scans).toEqual([expect.objectContaining({ from: NOW - 2 * HOUR + 1, order: '-time', limit: 2 })]);
  // Of Datastream 1 some came over the API: there the rows tell.
  scans.length = 0;
  expect((await other.get(path.replace('(3)', '(1)'))).body.value.map((o: { result: number }) => o.result)).toEqual([
    23,
  ]);
  expect(scans).toEqual([expect.objectContaining({ from: null, limit: Infinity })]);
  const { body } = await other.get('/Datastreams?$select=id,resultTime');
  expect(body.value[0].resultTime).toBeNull();
  expect(body.value[1].resultTime).toBe('2026-05-01T00:00:00.000Z/2026-05-01T23:00:00.000Z');
  await other.stop();
});

test('an Observation may name a FeatureOfInterest of its own', async () => {
  const { body } = await get('MultiDatastreams(7)/Observations?$expand=FeatureOfInterest($select=id)');
  expect(body.value.map((o: { FeatureOfInterest: { '@iot.id': number } }) => o.FeatureOfInterest['@iot.id'])).toEqual([
    1, 1, 3, 1,
  ]);
  expect(await results('FeaturesOfInterest(3)/Observations?$filter=MultiDatastream/id eq 7')).toEqual([[3, 30]]);
  expect((await get('FeaturesOfInterest(1)/Observations?$count=true&$top=0')).body['@iot.count']).toBe(24 + 3);
});

test('Observations are looked up by their ids, in order, with $top, $skip and $count', async () => {
  const ids = (await get('Observations?$select=id&$filter=result in (3,5)&$top=10')).body.value;
  const [a, b] = [(1n << 42n) | BigInt(NOW - 21 * HOUR), (3n << 42n) | BigInt(NOW - 19 * HOUR)];
  expect(ids.length).toBeGreaterThan(2);
  expect(await results(`Observations?$filter=id in (${b},${a},77)`)).toEqual([3, 5]);
  expect(await results(`Observations?$filter=(id eq ${b} or id eq '${a}') and result lt 5`)).toEqual([3]);
  expect(await results(`Observations?$filter=id eq ${b} or id eq ${a}&$orderby=result desc&$top=1`)).toEqual([5]);
  expect((await get(`Observations?$filter=id in (${b},${a})&$count=true&$top=0`)).body['@iot.count']).toBe(2);
  expect(await results(`Datastreams(1)/Observations?$filter=id in (${b},${a})`)).toEqual([3]);
  expect(await results(`Observations?$filter=id eq ${(2n << 42n) | BigInt(NOW - HOUR)}`)).toEqual([]);
  expect((await get('Observations?$filter=id eq 1 and Datastream/id eq 5')).body.value).toEqual([]);
});
