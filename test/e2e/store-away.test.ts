/**
 * A real InfluxDB that is away at the start, killed, paused, locked, emptied and replaced, under a hub that goes on: messages
 * are acknowledged, live and latest values come, history says why it can't be read, and in the end everything is there once.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Api,
  api,
  chirpstackUp,
  type InfluxServer,
  influxServer,
  type LiveClient,
  liveClient,
  type MqttConnection,
  mqttConnection,
  needs,
  newStage,
  type RunningHub,
  stored,
  until,
} from '../support/index.ts';

const DEVICE = '24e124136b325678';
const FIRST = Date.UTC(2026, 5, 1);
const PUBLIC = 1;

describe.skipIf(needs('influxd') === null)('an InfluxDB under a hub', () => {
  const stage = newStage();
  let influx: InfluxServer;
  let hub: RunningHub;
  let admin: Api;
  let mqtt: MqttConnection;
  let live: LiveClient;
  let sent = 0;

  /** Resolves when the hub has acknowledged it. */
  const send = async (): Promise<string> => {
    const number = sent++;
    const time = new Date(FIRST + number * 60_000).toISOString();
    const hex = Buffer.from([0x03, 0x67, number & 255, number >> 8]).toString('hex');
    const { topic, body } = chirpstackUp({ devEui: DEVICE, fPort: 85, fCnt: number, hex, time }, `n${number}`);
    await mqtt.deliver(topic, body);
    return time;
  };
  const store = async () => (await admin.get('/admin/status')).json.store;
  const inState = (state: string) => until(`the store ${state}`, async () => (await store()).state === state, 30_000);
  const history = () => admin.get(`/v1.1/Datastreams(${PUBLIC})/Observations?$top=1`);
  /** Sends some, and sees that all but history is as ever. */
  const goesOn = async (code: string) => {
    let last = '';
    for (let i = 0; i < 5; i++) last = await send();
    await until('a live value', () => live.values.some(([, time]) => time === last));
    const { status, json } = await admin.get(`/v1.1/Datastreams(${PUBLIC})?$select=name`);
    expect(status).toBe(200);
    expect(json.name).toBeTruthy();
    const answer = await history();
    expect(answer).toMatchObject({ status: 503, json: { code } });
    expect(answer.text).not.toContain(new URL(influx.url).host);
    const ready = await admin.get('/readyz');
    expect(ready).toMatchObject({ status: 200, json: { ok: true, degraded: true } });
  };
  /** Results that a person gave; null: deleted. */
  const byHand = new Map<number, number | null>();
  /** All of them, once, in order. */
  const everything = async () => {
    await stored(hub, hub.tokens.admin, 60_000);
    const expected: [string, number][] = [];
    for (let i = 0; i < sent; i++) {
      const result = byHand.has(i) ? byHand.get(i) : i / 10;
      if (result != null) expected.push([new Date(FIRST + i * 60_000).toISOString(), result]);
    }
    expect(await admin.observations(PUBLIC)).toEqual(expected);
  };
  /** Corrects or deletes (null) the reading of this number. */
  const change = async (number: number, result: number | null) => {
    const time = new Date(FIRST + number * 60_000).toISOString();
    const found = await admin.get(
      `/v1.1/Datastreams(${PUBLIC})/Observations?$filter=phenomenonTime%20eq%20${time}&$select=@iot.id`,
    );
    const response = await fetch(`${hub.base}/v1.1/Observations(${found.json.value[0]['@iot.id']})`, {
      method: result === null ? 'DELETE' : 'PATCH',
      headers: { authorization: `Bearer ${hub.tokens.admin}`, 'content-type': 'application/json' },
      ...(result === null ? {} : { body: JSON.stringify({ result }) }),
    });
    expect(response.status).toBe(200);
    byHand.set(number, result);
  };
  const start = async () => {
    hub = await stage.hub({
      options: {
        'timeseries.store': 'influxdb',
        'timeseries.influxdb.url': influx.url,
        'timeseries.influxdb.requestMs': 1000,
        'ingest.storeWaitMs': 500,
        'ingest.storeStoppedMs': 500,
        'ingest.checkpointMs': 100,
      },
    });
    admin = api(hub, hub.tokens.admin);
    mqtt = await mqttConnection({ port: hub.ports.mqtt, clientId: 'sender', password: hub.tokens.ingest });
    live = await liveClient(hub, '', hub.tokens.admin);
  };

  beforeAll(async () => {
    influx = await influxServer(stage.path('influx'));
    stage.later(() => influx.kill());
  });
  afterAll(() => stage.end());

  test('is away when the hub starts', async () => {
    await influx.kill();
    await start();
    // before anybody needs it
    await inState('waits');
    const { status, json, text } = await admin.get('/readyz');
    expect([status, json.degraded, json.parts.store.detail]).toEqual([
      200,
      true,
      expect.stringContaining('The time-series store cannot be reached'),
    ]);
    expect((await store()).reason).toContain(influx.url);
    expect(text).not.toContain(new URL(influx.url).host);
    await admin.import({
      organisations: [{ id: 'ulm', name: 'Ulm' }],
      things: [{ key: 'mast', name: 'Münsterplatz, Mast 3', organisation: 'ulm' }],
      devices: [{ key: DEVICE, organisation: 'ulm', thing: 'mast', model: 'milesight/em300-th', visibility: 'public' }],
    });
    await send();
    await inState('waits');
    await goesOn('store.unavailable');
    expect(await store()).toMatchObject({ code: 'store.unavailable', remainingMs: null });
    await influx.start();
    await everything();
    await inState('works');
  });

  test('is killed and comes back', async () => {
    await influx.kill();
    await send();
    await inState('waits');
    await goesOn('store.unavailable');
    await influx.start();
    await everything();
  });

  test('hangs for a while', async () => {
    influx.pause();
    await send();
    await inState('waits');
    await goesOn('store.unavailable');
    influx.resume();
    await everything();
  });

  test('wants a login, and then the right one', async () => {
    await influx.query("CREATE USER admin WITH PASSWORD 'admin' WITH ALL PRIVILEGES");
    await influx.stop();
    await influx.start({ auth: true });
    await send();
    await inState('stopped');
    await goesOn('store.credentials');
    const { remedy } = await store();
    expect(remedy).toMatch(/timeseries\.influxdb/);
    await influx.stop();
    await influx.start({ auth: false });
    await everything();
  });

  test('has what people corrected and deleted, too', async () => {
    await change(1, 99);
    await change(2, null);
    await everything();
  });

  test('loses its database, which is made again and filled', async () => {
    await influx.query('DROP DATABASE stadtpegel');
    await send();
    await everything();
    expect(hub.output.stderr).toMatch(/another store stands in the place/);
  });

  test('is replaced by an empty one, also while the hub stands still', async () => {
    await hub.stop();
    await influx.query('DROP DATABASE stadtpegel');
    await start();
    await send();
    await everything();
  });

  test('hangs when the hub stops, and has everything after the next start', async () => {
    influx.pause();
    await send();
    await inState('waits');
    const began = performance.now();
    expect(await hub.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(30_000);
    influx.resume();
    await start();
    await everything();
  });
});
