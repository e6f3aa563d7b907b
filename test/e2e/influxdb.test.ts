/**
 * A hub whose store is an InfluxDB, from the network to the API and to a person with InfluxQL: what comes in is read, edited,
 * deleted, and as it was after a restart. The questions of the guide are asked as they stand there.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Api,
  api,
  DEVICES,
  devEuiOf,
  type InfluxServer,
  influxServer,
  needs,
  newStage,
  type RunningHub,
  readingOf,
  stored,
  uplink,
  uplinkDevices,
} from '../support/index.ts';

const UPLINKS = 300;
/** The device that is looked at; its Thing is `Mast 7`, as in the guide. */
const DEVICE = 7;
const guide = readFileSync(fileURLToPath(new URL('../../docs/guides/influxdb.md', import.meta.url)), 'utf8');

describe.skipIf(needs('influxd') === null)('a hub with InfluxDB', () => {
  const stage = newStage();
  afterAll(() => stage.end());
  let server: InfluxServer;
  let hub: RunningHub;
  let admin: Api;
  /** The Datastream of the device's temperature. */
  let temperature = 0;

  const start = async () => {
    const options = { 'timeseries.store': 'influxdb', 'timeseries.influxdb.url': server.url };
    hub = await stage.hub({ options: { ...options, 'timeseries.influxdb.database': 'city' } });
    admin = api(hub, hub.tokens.admin);
  };
  const send = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${hub.base}/v1.1${path}`, {
      method,
      headers: { authorization: `Bearer ${hub.tokens.admin}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(response.status, await response.clone().text()).toBeLessThan(300);
    return response;
  };
  const list = async (path: string) => (await admin.get(`/v1.1${path}`)).json;
  /** Rows of InfluxQL as objects. */
  const influx = async (q: string) => {
    const answer = (await server.query(q, 'city')) as {
      results: { series?: { columns: string[]; values: unknown[][] }[] }[];
    };
    return (answer.results[0]?.series ?? []).flatMap(({ columns, values }) =>
      values.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]]))),
    );
  };

  beforeAll(async () => {
    server = await influxServer(stage.path('influxd'));
    stage.later(() => server.kill());
    await start();
    await admin.import(uplinkDevices());
    const ingest = api(hub, hub.tokens.ingest);
    for (let i = 0; i < UPLINKS; i++) await ingest.post('/ingest/chirpstack?event=up', uplink(i).body);
    await stored(hub, hub.tokens.admin);
    temperature = (await admin.datastreams(devEuiOf(DEVICE))).temperature!;
  });

  const sent = Array.from({ length: UPLINKS / DEVICES }, (_, k) => readingOf(k * DEVICES + DEVICE));

  test('every reading is an Observation', async () => {
    const { value, '@iot.count': count } = await list(
      `/Datastreams(${temperature})/Observations?$orderby=phenomenonTime&$count=true`,
    );
    expect(count).toBe(sent.length);
    expect(value.map(({ phenomenonTime, result }: Record<string, unknown>) => [phenomenonTime, result])).toEqual(
      sent.map(({ time, temperature: result }) => [time, result]),
    );
    expect((await list('/Observations?$top=0&$count=true'))['@iot.count']).toBe(3 * UPLINKS);
  });

  test('a person finds them by what is measured and where, without knowing an id', async () => {
    const rows = await influx(`SELECT "value" FROM "airTemperature" WHERE "place" = 'mast-7'`);
    expect(rows.map(({ value }) => value)).toEqual(sent.map(({ temperature: result }) => result));
  });

  test('what is edited and deleted is so in all answers at once, and after a restart', async () => {
    const path = `/Datastreams(${temperature})/Observations`;
    const before = (await list(`${path}?$orderby=phenomenonTime`)).value;
    await send('PATCH', `/Observations(${before[1]['@iot.selfLink'].match(/\((\d+)\)$/)[1]})`, { result: 99.5 });
    await send('DELETE', `/Observations(${before[2]['@iot.selfLink'].match(/\((\d+)\)$/)[1]})`);
    const made = await send('POST', path, { phenomenonTime: '2026-01-04T00:00:00Z', result: 'frozen' });
    const created = /\((\d+)\)$/.exec(made.headers.get('location') ?? '')![1];
    const now = async () => {
      const { value, '@iot.count': count } = await list(`${path}?$orderby=phenomenonTime&$count=true`);
      return { count, results: value.map(({ result }: { result: unknown }) => result) };
    };
    const results = sent.map(({ temperature: result }) => result);
    const expected = { count: sent.length, results: ['frozen', results[0], 99.5, ...results.slice(3)] };
    expect(await now()).toEqual(expected);
    await stored(hub, hub.tokens.admin);
    expect(await now()).toEqual(expected);
    expect(await hub.stop()).toBe(0);
    await start();
    expect(await now()).toEqual(expected);
    expect(await list(`/Observations(${created})`)).toMatchObject({ result: 'frozen' });
    const rows = await influx(`SELECT "value" FROM "airTemperature" WHERE "place" = 'mast-7' AND "value" = 99.5`);
    expect(rows).toHaveLength(1);
  });

  test('every question of the guide finds something', async () => {
    const questions = [...guide.matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map((match) => match[1] as string);
    expect(questions).toHaveLength(6);
    for (const q of questions) expect((await influx(q)).length, q).toBeGreaterThan(0);
  });

  test('killed and started again it has each row once', async () => {
    const ingest = api(hub, hub.tokens.ingest);
    for (let i = 0; i < DEVICES; i++) await ingest.post('/ingest/chirpstack?event=up', uplink(UPLINKS + i).body);
    await hub.kill();
    await start();
    await stored(hub, hub.tokens.admin);
    const { value } = await list('/Observations?$top=0&$count=true').then(async (counted) => {
      expect(counted['@iot.count']).toBe(3 * (UPLINKS + DEVICES));
      return list(`/Datastreams(${temperature})/Observations?$orderby=phenomenonTime desc&$top=1`);
    });
    expect(value[0]).toMatchObject({ result: readingOf(UPLINKS + DEVICE).temperature });
  });
});
