/** What a reader may not see does not exist: in no set, no filter, no order, no count, no expand, under no address. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, NOW, serve } from './testing/index.ts';

let api: Api;
beforeAll(async () => {
  api = await serve();
});
afterAll(() => api.stop());

type Who = 'anonymous' | 'member' | 'admin';
const ids = async (path: string, as: Who) =>
  (await api.get(path, as)).body.value.map((e: { '@iot.id': number }) => e['@iot.id']);

test('each set holds what the reader may see', async () => {
  const cases: [set: string, anonymous: number[], member: number[], admin: number[]][] = [
    ['Datastreams', [1, 3, 4, 5], [1, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]],
    ['Things', [1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4]],
    ['Locations', [1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4]],
    ['HistoricalLocations', [1, 2], [1, 2, 3], [1, 2, 3]],
    ['Sensors', [1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4]],
    ['ObservedProperties', [1, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]],
    ['FeaturesOfInterest', [1, 2, 3], [1, 2, 3], [1, 2, 3]],
  ];
  for (const [set, ...wanted] of cases) {
    for (const [i, who] of (['anonymous', 'member', 'admin'] as const).entries()) {
      expect([set, who, await ids(`/${set}`, who)]).toEqual([set, who, wanted[i]]);
      const { body } = await api.get(`/${set}?$count=true&$top=0`, who);
      expect([set, who, body['@iot.count']]).toEqual([set, who, wanted[i]!.length]);
    }
  }
});

test('Observations of hidden Datastreams are neither listed, nor counted, nor found by id', async () => {
  const count = async (who: Who, filter = '') =>
    (await api.get(`/Observations?$count=true&$top=0${filter}`, who)).body['@iot.count'];
  expect(await count('anonymous')).toBe(72);
  expect(await count('member')).toBe(96);
  expect(await count('admin')).toBe(120);
  expect(await count('anonymous', '&$filter=Datastream/id eq 2')).toBe(0);
  expect(await count('anonymous', '&$filter=Datastream/id eq 2 or result ge 0')).toBe(48);
  const hidden = (2n << 42n) | BigInt(NOW - 3_600_000);
  expect((await api.get(`/Observations(${hidden})`)).status).toBe(404);
  expect((await api.get(`/Observations(${hidden})`, 'admin')).status).toBe(200);
  expect((await api.get(`/Observations?$filter=id eq ${hidden}`)).body.value).toEqual([]);
});

test('no address leads to what is hidden', async () => {
  for (const path of [
    '/Datastreams(2)',
    '/Things(4)',
    '/Things(4)/name',
    '/Locations(4)',
    '/Sensors(4)',
    '/HistoricalLocations(3)',
    '/ObservedProperties(2)',
    '/Datastreams(2)/Observations',
    '/Things(1)/Datastreams(2)',
    '/Datastreams(2)/Thing',
  ]) {
    expect([path, (await api.get(path)).status]).toEqual([path, 404]);
    expect([path, (await api.get(path, 'admin')).status]).toEqual([path, 200]);
  }
});

test('neither filter, order nor expand looks through to what is hidden', async () => {
  expect(await ids("/Things?$filter=Datastreams/name eq 'Battery'", 'anonymous')).toEqual([]);
  expect(await ids("/Things?$filter=Datastreams/name eq 'Battery'", 'admin')).toEqual([1]);
  expect(await ids("/Sensors?$filter=Datastreams/ObservedProperty/name eq 'batteryLevel'", 'anonymous')).toEqual([]);
  // The hidden Battery would put Sensor 1 before the others.
  expect(await ids('/Sensors?$orderby=Datastreams/name', 'anonymous')).toEqual([3, 2, 1]);
  expect(await ids('/Sensors?$orderby=Datastreams/name', 'admin')).toEqual([1, 3, 4, 2]);
  const { body } = await api.get('/Things(1)?$expand=Datastreams($count=true)');
  expect([body.Datastreams.length, body['Datastreams@iot.count']]).toEqual([1, 1]);
  expect((await api.get('/Things(1)?$expand=Datastreams', 'admin')).body.Datastreams).toHaveLength(2);
});

test('visibility itself is told to insiders only', async () => {
  expect((await api.get('/Datastreams(1)')).body.properties.visibility).toBeUndefined();
  expect((await api.get('/Datastreams(1)', 'member')).body.properties.visibility).toBe('public');
  expect((await api.get('/Datastreams(2)', 'admin')).body.properties.visibility).toBe('internal');
  const byVisibility = (as: Who | 'everybody') =>
    api.get("/Datastreams?$filter=properties/visibility eq 'internal'", as);
  expect((await byVisibility('admin')).body.value.length).toBeGreaterThan(0);
  for (const who of ['anonymous', 'everybody'] as const) expect((await byVisibility(who)).body.value).toEqual([]);
  // a hub that lets everybody read everything shows all, but not what would be hidden elsewhere
  const { body } = await api.get('/Datastreams(2)', 'everybody');
  expect([body.name, body.properties.visibility]).toEqual(['Battery', undefined]);
});
