/** Clients that know nothing of the hub but its documentation: mosquitto_pub, webhooks, a WebSocket, a browser's GET. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mosquitto } from '../../gateway/mqtt/testing/index.ts';
import {
  type Api,
  api,
  chirpstackUp,
  liveClient,
  needs,
  newStage,
  program,
  type RunningHub,
  thingsStackUp,
  until,
} from '../support/index.ts';

const pub = needs('mosquitto_pub');
const THERMOMETER = '24e124136d123456';
const GAUGE = 'a84041000181c061';
const HIDDEN = '24e124136d999999';
const LATE = '24e124136d777777';

/** Battery 92 %, 27.2 °C, 56.5 %. */
const CLIMATE = { hex: '01755c03671001046871', fPort: 85 } as const;
/** 3.612 V, 2.821 m. */
const WATER = { hex: '0e1c0b0500', fPort: 2 } as const;

const MAPPING = `
mqtt:
  mappings:
    - topic: sensors/+site/+id
      device: '{site}-{id}'
      time: .at
      values:
        temperature: .climate.temperature
        humidity: { path: .climate.rh, scale: 100 }
`;

const organisations = [{ id: 'solingen', name: 'Stadt Solingen' }];
const thing = (key: string) => ({
  key,
  name: key,
  organisation: 'solingen',
  location: { type: 'Point', coordinates: [7.084, 51.1766] },
});
const device = (key: string, at: string, more: object) => ({ key, organisation: 'solingen', thing: at, ...more });

const CITY = {
  organisations,
  things: [thing('town-hall'), thing('bridge'), thing('cellar'), thing('window')],
  devices: [
    device(THERMOMETER, 'town-hall', { model: 'milesight/em300-th', visibility: 'public' }),
    device(GAUGE, 'bridge', { model: 'dragino/ldds75', visibility: 'public' }),
    device(HIDDEN, 'cellar', { model: 'milesight/em300-th' }),
    device('mqtt:rathaus-3', 'window', {
      channels: { temperature: 'airTemperature', humidity: 'relativeHumidity' },
      visibility: 'public',
    }),
  ],
};

describe.skipIf(pub === null || needs('mosquitto') === null)('a stranger', () => {
  const stage = newStage();
  afterAll(() => stage.end());
  let hub: RunningHub;
  let open: Api;
  let admin: Api;
  let ingest: Api;
  const streams: Record<string, Record<string, number>> = {};
  let outside: { port: number; url: string; stop(): Promise<void> };

  beforeAll(async () => {
    outside = await mosquitto();
    stage.later(() => outside.stop());
    // a value that was retained before the hub comes
    await publish(
      outside.port,
      chirpstackUp({ devEui: THERMOMETER, ...CLIMATE, fCnt: 1, time: '2026-02-01T00:00:00Z' }, 'retained-1'),
      ['-r'],
    );
    const config = stage.file(
      'stadtpegel.yaml',
      `${MAPPING}  brokers:\n    - url: ${outside.url}\n      reconnectMinMs: 50\n`,
    );
    hub = await stage.hub({ config });
    open = api(hub);
    admin = api(hub, hub.tokens.admin);
    ingest = api(hub, hub.tokens.ingest);
    await admin.import(CITY);
    for (const { key } of CITY.devices) streams[key] = await admin.datastreams(key);
  });

  async function publish(port: number, { topic, body }: { topic: string; body: string }, more: readonly string[] = []) {
    const login = more.includes('-P') || port !== hub?.ports.mqtt ? [] : ['-u', 'test', '-P', hub.tokens.ingest];
    await program(pub as string, [
      '-h',
      '127.0.0.1',
      '-p',
      String(port),
      '-q',
      '1',
      '-t',
      topic,
      '-m',
      body,
      ...login,
      ...more,
    ]);
  }
  const ds = (key: string, channel: string): number => {
    const id = streams[key]?.[channel];
    if (id === undefined) throw new Error(`no Datastream for ${channel} of ${key}`);
    return id;
  };
  const reads = async (id: number, wanted: readonly [string, unknown], as: Api = open) =>
    await until(`Datastream ${id} has ${wanted}`, async () =>
      (await as.observations(id)).some(([time, result]) => time === wanted[0] && result === wanted[1]),
    );

  test('sends a ChirpStack event with mosquitto_pub and finds its values in the API and on /live', async () => {
    const live = await liveClient(hub);
    const event = chirpstackUp(
      { devEui: THERMOMETER, ...CLIMATE, fCnt: 7, time: '2026-03-14T09:26:53.589793238+00:00' },
      'cs-1',
    );
    await publish(hub.ports.mqtt, event);
    const time = '2026-03-14T09:26:53.589Z';
    await reads(ds(THERMOMETER, 'temperature'), [time, 27.2]);
    await reads(ds(THERMOMETER, 'humidity'), [time, 56.5]);
    await until('both values are live', () => live.values.length >= 2);
    expect(live.values.toSorted(([a], [b]) => a - b)).toEqual([
      [ds(THERMOMETER, 'temperature'), time, 27.2],
      [ds(THERMOMETER, 'humidity'), time, 56.5],
    ]);
    live.close();
    const { json } = await open.get(
      `/v1.1/Datastreams(${ds(THERMOMETER, 'temperature')})?$expand=Thing,Sensor,ObservedProperty`,
    );
    expect(json.Thing.name).toBe('town-hall');
    expect(json.Sensor.name).toBe('Milesight EM300-TH');
    expect(json.unitOfMeasurement).toEqual({ name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' });
    // a diagnostic channel stays internal
    expect((await open.get(`/v1.1/Datastreams(${ds(THERMOMETER, 'battery')})`)).status).toBe(404);
    await reads(ds(THERMOMETER, 'battery'), [time, 92], admin);
  });

  test('sends a The Things Stack event with mosquitto_pub and finds its values in the API and on /live', async () => {
    const live = await liveClient(hub, '?domain=water');
    const event = thingsStackUp(
      { devEui: GAUGE, ...WATER, fCnt: 41, time: '2026-03-14T10:00:00.123456789Z' },
      'AYfg8rhha5n+FWx0ZaAprA==',
    );
    await publish(hub.ports.mqtt, event);
    const time = '2026-03-14T10:00:00.123Z';
    await reads(ds(GAUGE, 'distance'), [time, 2.821]);
    await until('the value is live', () => live.values.length >= 1);
    expect(live.values).toEqual([[ds(GAUGE, 'distance'), time, 2.821]]);
    live.close();
  });

  test('calls the webhooks of both networks, and a repetition by the other way is stored once', async () => {
    const climate = chirpstackUp({ devEui: THERMOMETER, ...CLIMATE, fCnt: 8, time: '2026-03-14T11:00:00Z' }, 'cs-2');
    const water = thingsStackUp(
      { devEui: GAUGE, ...WATER, fCnt: 42, time: '2026-03-14T11:00:00Z' },
      'AYfg8rhha5n+FWx0ZaAprA==',
    );
    expect((await ingest.post('/ingest/chirpstack?event=up', climate.body)).json).toEqual({ accepted: true });
    expect((await ingest.post('/ingest/things-stack', water.body)).json).toEqual({ accepted: true });
    await publish(hub.ports.mqtt, climate);
    await publish(hub.ports.mqtt, water);
    await publish(hub.ports.mqtt, climate);
    const after = chirpstackUp({ devEui: THERMOMETER, ...CLIMATE, fCnt: 9, time: '2026-03-14T11:10:00Z' }, 'cs-3');
    await publish(hub.ports.mqtt, after);
    await reads(ds(THERMOMETER, 'temperature'), ['2026-03-14T11:10:00.000Z', 27.2]);
    const times = async (id: number) =>
      (await open.observations(id)).map(([time]) => time).filter((time) => time.includes('T11:'));
    expect(await times(ds(THERMOMETER, 'temperature'))).toEqual([
      '2026-03-14T11:00:00.000Z',
      '2026-03-14T11:10:00.000Z',
    ]);
    expect(await times(ds(GAUGE, 'distance'))).toEqual(['2026-03-14T11:00:00.000Z']);
  });

  test('sends without a time, and the repetition by the other way is one reading at the receipt of the first', async () => {
    const before = Date.now();
    const event = chirpstackUp({ devEui: THERMOMETER, ...CLIMATE, fCnt: 10, time: null }, 'cs-no-time');
    await publish(hub.ports.mqtt, event);
    await ingest.post('/ingest/chirpstack?event=up', event.body);
    await publish(
      hub.ports.mqtt,
      chirpstackUp({ devEui: THERMOMETER, ...CLIMATE, fCnt: 11, time: '2026-03-14T12:00:00Z' }, 'cs-4'),
    );
    await reads(ds(THERMOMETER, 'temperature'), ['2026-03-14T12:00:00.000Z', 27.2]);
    const rows = await open.observations(ds(THERMOMETER, 'temperature'));
    expect(rows.filter(([time]) => Date.parse(time) >= before)).toHaveLength(1);
  });

  test('sends for a device that nobody knows yet; its reading waits and is decoded at its registration', async () => {
    const event = chirpstackUp({ devEui: LATE, ...CLIMATE, fCnt: 3, time: '2026-03-14T13:00:00Z' }, 'cs-late');
    await publish(hub.ports.mqtt, event);
    const letters = await until('the dead letter is there', async () => {
      const { json } = await admin.get(`/admin/dead-letters?device=${LATE}`);
      return json.deadLetters.length > 0 && json.deadLetters;
    });
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({ code: 'device.unknown', device: LATE, source: 'chirpstack' });
    expect((await open.get('/admin/dead-letters')).status).toBe(401);
    await admin.import({
      organisations,
      things: [thing('new-mast')],
      devices: [device(LATE, 'new-mast', { model: 'milesight/em300-th', visibility: 'public' })],
    });
    const { temperature } = await admin.datastreams(LATE);
    await reads(temperature as number, ['2026-03-14T13:00:00.000Z', 27.2]);
    await until('the dead letter is gone', async () => {
      const { json } = await admin.get(`/admin/dead-letters?device=${LATE}`);
      return json.deadLetters.length === 0;
    });
  });

  test('publishes JSON of its own that a mapping in the configuration explains', async () => {
    const body = JSON.stringify({ at: '2026-01-01T12:00:00Z', climate: { temperature: 20.7, rh: 0.475 } });
    await publish(hub.ports.mqtt, { topic: 'sensors/rathaus/3', body });
    await reads(ds('mqtt:rathaus-3', 'temperature'), ['2026-01-01T12:00:00.000Z', 20.7]);
    await reads(ds('mqtt:rathaus-3', 'humidity'), ['2026-01-01T12:00:00.000Z', 47.5]);
  });

  test('publishes to the broker of the city; what was retained there is no reading', async () => {
    // the subscription may still be on its way: the broker keeps nothing for a session that does not exist
    const time = '2026-03-14T14:00:00.000Z';
    await until('the hub takes what the other broker gets', async () => {
      await publish(outside.port, chirpstackUp({ devEui: THERMOMETER, ...CLIMATE, fCnt: 12, time }, 'cs-outside'));
      return (await open.observations(ds(THERMOMETER, 'temperature'))).some(([at]) => at === time);
    });
    // retained again while the hub is there: to a running subscription that is a fresh message
    const fresh = chirpstackUp(
      { devEui: THERMOMETER, ...CLIMATE, fCnt: 13, time: '2026-03-14T15:00:00Z' },
      'cs-outside-2',
    );
    await publish(outside.port, fresh, ['-r']);
    await reads(ds(THERMOMETER, 'temperature'), ['2026-03-14T15:00:00.000Z', 27.2]);
    const times = (await open.observations(ds(THERMOMETER, 'temperature'))).map(([at]) => at);
    expect(times).not.toContain('2026-02-01T00:00:00.000Z');
    expect(times.filter((at) => at === time)).toHaveLength(1);
  });

  test('does not see what is internal: not in a list, not by its address, not counted, not live', async () => {
    const id = ds(HIDDEN, 'temperature');
    const live = await liveClient(hub);
    const asked = await liveClient(hub, `?datastream=${id}`);
    const insider = await liveClient(hub, `?datastream=${id}`, hub.tokens.admin);
    const counted = (await open.get('/v1.1/Observations?$count=true&$top=0')).json['@iot.count'];
    await publish(
      hub.ports.mqtt,
      chirpstackUp({ devEui: HIDDEN, ...CLIMATE, fCnt: 1, time: '2026-03-14T16:00:00Z' }, 'cs-hidden'),
    );
    await reads(id, ['2026-03-14T16:00:00.000Z', 27.2], admin);
    await until('the operator hears it', () => insider.values.length === 1);
    // anything published after it must not come before it: then it would have been told by now
    await publish(
      hub.ports.mqtt,
      chirpstackUp({ devEui: THERMOMETER, ...CLIMATE, fCnt: 14, time: '2026-03-14T17:00:00Z' }, 'cs-5'),
    );
    await until('the public value is live', () => live.values.length >= 2);
    expect(live.values.map(([stream]) => stream)).not.toContain(id);
    expect([...asked.values, ...asked.messages.flatMap(({ observations }) => observations ?? [])]).toEqual([]);

    for (const path of [`Datastreams(${id})`, `Datastreams(${id})/Observations`, `Datastreams(${id})/Thing`]) {
      expect((await open.get(`/v1.1/${path}`)).status, path).toBe(404);
    }
    const { json: list } = await open.get('/v1.1/Datastreams?$count=true&$top=1000');
    const ids = list.value.map((one: { '@iot.id': number }) => one['@iot.id']);
    expect(ids).not.toContain(id);
    expect(list['@iot.count']).toBe(ids.length);
    expect((await open.get("/v1.1/Things?$count=true&$filter=name eq 'cellar'")).json['@iot.count']).toBe(0);
    await reads(ds(THERMOMETER, 'temperature'), ['2026-03-14T17:00:00.000Z', 27.2]);
    expect((await open.get('/v1.1/Observations?$count=true&$top=0')).json['@iot.count']).toBe(counted + 2);
    for (const client of [live, asked, insider]) client.close();
  });

  test('needs the ingest token at each door that takes data', async () => {
    const { topic, body } = chirpstackUp(
      { devEui: THERMOMETER, ...CLIMATE, fCnt: 15, time: '2026-03-14T18:00:00Z' },
      'cs-6',
    );
    await expect(publish(hub.ports.mqtt, { topic, body }, ['-u', 'x', '-P', 'wrong'])).rejects.toThrow(/ended with/);
    expect((await open.post('/ingest/chirpstack?event=up', body)).status).toBe(401);
    expect((await ingest.post('/admin/import', CITY)).status).toBe(403);
    expect(hub.output.stderr).not.toMatch(/"level":50/);
  });
});
