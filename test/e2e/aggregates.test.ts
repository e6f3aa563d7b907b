/** Hours and days on a whole hub: computed of what came over the API, kept through a kill, read in place of rows. */
import { afterAll, expect, test } from 'vitest';
import { api, newStage, until } from '../support/index.ts';

const HOUR = 3_600_000;
const stage = newStage();
afterAll(() => stage.end());

const BODY = {
  name: 'Pegel',
  description: '',
  properties: { visibility: 'public' },
  observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
  unitOfMeasurement: { name: 'metre', symbol: 'm', definition: 'ucum:m' },
  Thing: {
    name: 'Brücke',
    description: '',
    Locations: [
      {
        name: 'Brücke',
        description: '',
        encodingType: 'application/geo+json',
        location: { type: 'Point', coordinates: [7, 51] },
      },
    ],
  },
  ObservedProperty: { name: 'Wasserstand', description: '', definition: 'http://example.org/level' },
  Sensor: { name: 'Lot', description: '', encodingType: 'text/plain', metadata: '' },
};

test('hours and days of Observations are computed, survive a kill, and follow a late Observation', async () => {
  const config = stage.file(
    'hub.yaml',
    'history: { classes: { standard: { hourly: forever, daily: forever } }, lateSeconds: 0.05, timeZone: Etc/UTC }\n',
  );
  let hub = await stage.hub({ config });
  let operator = api(hub, hub.tokens.admin);
  const { headers } = await operator.post('/v1.1/Datastreams', BODY);
  const stream = Number(/\((\d+)\)$/.exec(headers.get('location')!)![1]);
  // four days ago, from midnight to midnight
  const begin = Math.floor(Date.now() / (24 * HOUR) - 4) * 24 * HOUR;
  const dataArray = Array.from({ length: 96 }, (_, i) => [new Date(begin + i * HOUR * 0.75).toISOString(), i]);
  const body = [{ Datastream: { '@iot.id': stream }, components: ['phenomenonTime', 'result'], dataArray }];
  expect((await operator.post('/v1.1/CreateObservations', body)).status).toBe(201);

  const days = async () => {
    const { json } = await operator.get(
      "/v1.1/MultiDatastreams?$filter=properties/aggregateUnit eq 'Days'&$expand=Observations($orderby=phenomenonTime)",
    );
    return (json.value[0]?.Observations ?? []).map(({ result }: { result: number[] }) => result);
  };
  const expected = [0, 1, 2].map((day) => [day * 32 + 15.5, day * 32, day * 32 + 31, 32]);
  await until('three days are computed', async () => (await days()).length === 3);
  expect(await days()).toEqual(expected);

  await hub.kill();
  hub = await stage.hub({ config });
  operator = api(hub, hub.tokens.admin);
  expect(await days()).toEqual(expected);
  const late = { result: 1000, phenomenonTime: new Date(begin + HOUR + 1).toISOString() };
  expect((await operator.post(`/v1.1/Datastreams(${stream})/Observations`, late)).status).toBe(201);
  await until('the first day has the late Observation', async () => (await days())[0]?.[3] === 33);
  expect(await days()).toEqual([[(31 * 16 + 1000) / 33, 0, 1000, 33], ...expected.slice(1)]);

  const since = new Date(begin).toISOString();
  const { json } = await operator.get(
    `/v1.1/Datastreams(${stream})/Observations?$interval=P1D&$filter=phenomenonTime ge ${since}`.replaceAll(' ', '%20'),
  );
  expect(json['@stadtpegel.sources'][0]).toMatchObject({ source: 'daily' });
  expect(json.value.map(({ count }: { count: number }) => count)).toEqual([33, 32, 32]);
  const { json: status } = await operator.get('/admin/status');
  expect(status.aggregates).toMatchObject({ staleHours: 0, staleDatastreams: 0 });
}, 60_000);

test('hours and days outlive the Observations that they were computed of, and answer for them', async () => {
  const configOf = (name: string, observations: string) =>
    stage.file(
      name,
      `history: { classes: { standard: { observations: ${observations}, hourly: forever, daily: forever } }, lateSeconds: 0.05, everyMinutes: 0.01, timeZone: Etc/UTC }\n`,
    );
  const data = stage.path('short');
  let hub = await stage.hub({ config: configOf('forever.yaml', 'forever'), data });
  let operator = api(hub, hub.tokens.admin);
  const { headers } = await operator.post('/v1.1/Datastreams', BODY);
  const stream = Number(/\((\d+)\)$/.exec(headers.get('location')!)![1]);
  const begin = Math.floor(Date.now() / (24 * HOUR) - 6) * 24 * HOUR;
  const dataArray = Array.from({ length: 5 * 48 }, (_, i) => [new Date(begin + (i * HOUR) / 2).toISOString(), i]);
  const body = [{ Datastream: { '@iot.id': stream }, components: ['phenomenonTime', 'result'], dataArray }];
  expect((await operator.post('/v1.1/CreateObservations', body)).status).toBe(201);
  await until('five days and their hours are computed', async () => {
    const { json } = await operator.get('/admin/status');
    return json.aggregates.written >= 125 && json.aggregates.staleHours === 0;
  });
  const answered = async () => (await operator.get(`/v1.1/Datastreams(${stream})/Observations?$interval=P1D`)).json;
  const before = await answered();
  expect(before.value).toHaveLength(5);

  expect(await hub.stop()).toBe(0);
  // from now on Observations are kept for two days
  hub = await stage.hub({ config: configOf('short.yaml', '2'), data });
  operator = api(hub, hub.tokens.admin);
  const left = async () =>
    (await operator.get(`/v1.1/Datastreams(${stream})/Observations?$count=true&$top=0`)).json['@iot.count'];
  await until('older Observations have gone', async () => (await left()) < 3 * 48);
  const after = await answered();
  const named = (text: unknown) => JSON.stringify(text).replaceAll(/127\.0\.0\.1:\d+/g, 'hub');
  expect(named(after.value)).toBe(named(before.value));
  expect(after['@stadtpegel.sources'][0]).toMatchObject({ source: 'daily' });
}, 60_000);
