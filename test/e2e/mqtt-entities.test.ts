/** Entities over MQTT as strangers' programs meet them: mosquitto_sub, mosquitto_pub, and mqtt.js over WebSocket as maps in browsers. */
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type Api,
  api,
  chirpstackUp,
  type MosquittoListener,
  mosquittoSub,
  needs,
  newStage,
  program,
  type RunningHub,
  until,
} from '../support/index.ts';

const pub = needs('mosquitto_pub');
const sub = needs('mosquitto_sub');
/** Battery 92 %, 27.2 °C, 56.5 %. */
const CLIMATE = { hex: '01755c03671001046871', fPort: 85 } as const;

const place = (name: string, x: number) => ({
  name,
  description: name,
  encodingType: 'application/geo+json',
  location: { type: 'Point', coordinates: [x, 51] },
});
const stream = (name: string) => ({
  name,
  description: name,
  observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
  unitOfMeasurement: { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' },
  ObservedProperty: { name: 'temperature', description: 'x', definition: 'http://x/temperature' },
  Sensor: { name: 'sensor', description: 'x', encodingType: 'text/html', metadata: 'x' },
});

describe.skipIf(pub === null || sub === null)('entities over MQTT', () => {
  const stage = newStage();
  afterAll(() => stage.end());
  let hub: RunningHub;
  let open: Api;
  let admin: Api;
  /** Ids of a Thing with one Location and one Datastream. */
  let mast: { thing: number; place: number; stream: number };

  beforeAll(async () => {
    hub = await stage.hub({ options: { 'registry.visibility': 'public' } });
    open = api(hub);
    admin = api(hub, hub.tokens.admin);
    mast = await newMast('mast');
  });

  async function created(path: string, body: object): Promise<number> {
    const { status, headers, text } = await admin.post(`/v1.1/${path}`, body);
    if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`);
    return Number(/\((\d+)\)$/.exec(headers.get('location') ?? '')?.[1]);
  }
  async function newMast(name: string) {
    const thing = await created('Things', {
      name,
      description: name,
      Locations: [place(name, 7)],
      Datastreams: [stream(name)],
    });
    const { json } = await admin.get(`/v1.1/Things(${thing})?$expand=Locations,Datastreams`);
    return { thing, place: json.Locations[0]['@iot.id'], stream: json.Datastreams[0]['@iot.id'] };
  }
  const change = async (method: string, path: string, body: object) => {
    const response = await fetch(`${hub.base}/v1.1/${path}`, {
      method,
      headers: { authorization: `Bearer ${hub.tokens.admin}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.status !== 200) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  };

  const listeners: MosquittoListener[] = [];
  afterEach(async () => {
    for (const listener of listeners.splice(0)) await listener.stop();
  });
  async function listen(qos: number, ...topics: string[]): Promise<MosquittoListener> {
    const listener = await mosquittoSub(hub, { program: sub!, topics, qos });
    listeners.push(listener);
    return listener;
  }

  const publish = (topic: string, body: string, ...more: string[]) =>
    program(pub!, ['-h', '127.0.0.1', '-p', String(hub.ports.mqtt), '-V', '311', '-t', topic, '-m', body, ...more]);

  test.each([0, 1, 2])('mosquitto_sub hears of a reading of a device at QoS %i, as GET prints it', async (qos) => {
    const key = `24e124136d12345${qos}`;
    await admin.import({
      organisations: [{ id: 'solingen', name: 'Solingen' }],
      things: [
        {
          key: `roof-${qos}`,
          name: 'Roof',
          organisation: 'solingen',
          location: { type: 'Point', coordinates: [7, 51] },
        },
      ],
      devices: [
        { key, organisation: 'solingen', thing: `roof-${qos}`, model: 'milesight/em300-th', visibility: 'public' },
      ],
    });
    const { temperature } = await admin.datastreams(key);
    const topic = `v1.1/Datastreams(${temperature})/Observations`;
    const { heard, qos: granted } = await listen(qos, topic, `${topic}?$select=result,phenomenonTime`);
    const up = chirpstackUp({ devEui: key, ...CLIMATE, fCnt: 1, time: '2026-03-01T00:00:00Z' }, `live-${qos}`);
    await publish(up.topic, up.body, '-q', '1');
    await until('both topics', () => heard.length === 2);
    const { json } = await until('the reading in the API', async () => {
      const answer = await open.get(`/v1.1/Datastreams(${temperature})/Observations`);
      return answer.json.value.length === 1 && answer;
    });
    expect(heard).toEqual([
      [topic, json.value[0]],
      [`${topic}?$select=result,phenomenonTime`, { phenomenonTime: '2026-03-01T00:00:00.000Z', result: 27.2 }],
    ]);
    expect(granted).toEqual([qos, qos]);
  });

  test('creations and updates of every class reach their topics, each text as GET prints it [req receive-updates-via-mqtt/receive-updates]', async () => {
    const sets = [
      ['Things', { name: 'a', description: 'x' }],
      ['Locations', { ...place('a', 8), Things: [{ '@iot.id': mast.thing }] }],
      ['Sensors', { name: 'a', description: 'x', encodingType: 'text/html', metadata: 'x' }],
      ['ObservedProperties', { name: 'a', description: 'x', definition: 'http://x/a' }],
      [
        'FeaturesOfInterest',
        {
          name: 'a',
          description: 'x',
          encodingType: 'application/geo+json',
          feature: { type: 'Point', coordinates: [7, 51] },
        },
      ],
    ] as const;
    // what belongs to no public Datastream is hidden from anybody, so each new one is joined to one before it is changed
    const { heard, qos } = await listen(
      2,
      ...[...sets.map(([set]) => set), 'Datastreams', 'MultiDatastreams', 'HistoricalLocations', 'Observations'].map(
        (set) => `v1.1/${set}`,
      ),
    );
    const ids = new Map<string, number>();
    for (const [set, body] of sets) ids.set(set, await created(set, body));
    const linked = {
      ...stream('all'),
      Thing: { '@iot.id': ids.get('Things') },
      Sensor: { '@iot.id': ids.get('Sensors') },
      ObservedProperty: { '@iot.id': ids.get('ObservedProperties') },
    };
    ids.set('Datastreams', await created('Datastreams', linked));
    const { unitOfMeasurement, observationType, ObservedProperty, ...both } = linked;
    ids.set(
      'MultiDatastreams',
      await created('MultiDatastreams', {
        ...both,
        observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_ComplexObservation',
        multiObservationDataTypes: [observationType],
        unitOfMeasurements: [unitOfMeasurement],
        ObservedProperties: [ObservedProperty],
      }),
    );
    const FeatureOfInterest = { '@iot.id': ids.get('FeaturesOfInterest') };
    ids.set(
      'Observations',
      await created(`Datastreams(${ids.get('Datastreams')})/Observations`, { result: 1, FeatureOfInterest }),
    );
    await created(`MultiDatastreams(${ids.get('MultiDatastreams')})/Observations`, { result: [2], FeatureOfInterest });
    ids.set(
      'HistoricalLocations',
      await created('HistoricalLocations', {
        time: '2020-01-01T00:00:00Z',
        Thing: { '@iot.id': ids.get('Things') },
        Locations: [{ '@iot.id': mast.place }],
      }),
    );
    const told = (set: string, id: number | undefined) =>
      heard.filter(([topic, body]) => topic === `v1.1/${set}` && body['@iot.id'] === id);
    for (const [set, id] of ids) {
      if (set !== 'HistoricalLocations' && set !== 'Observations')
        await change('PATCH', `${set}(${id})`, { name: `${set} changed` });
      else if (set === 'Observations') await change('PATCH', `${set}(${id})`, { result: 5 });
      else await change('PATCH', `${set}(${id})`, { time: '2021-01-01T00:00:00Z' });
      const now = (await open.get(`/v1.1/${set}(${id})`)).json;
      await until(`the change of ${set}`, () => {
        const all = told(set, id);
        return JSON.stringify(all.at(-1)?.[1]) === JSON.stringify(now);
      });
    }
    expect(ids.size).toBe(9);
    expect(new Set(qos)).toEqual(new Set([2]));
    for (const set of ['Datastreams', 'MultiDatastreams', 'Observations', 'HistoricalLocations'])
      expect(told(set, ids.get(set)).length).toBeGreaterThan(1);
    expect(heard.some(([topic, body]) => topic === 'v1.1/Observations' && Array.isArray(body.result))).toBe(true);
  });

  test('a map hears when a Thing moves, and when its place is corrected', async () => {
    const { heard } = await listen(
      2,
      `v1.1/Datastreams(${mast.stream})/Thing/Locations`,
      `v1.1/Things(${mast.thing})/name`,
    );
    await change('PATCH', `Things(${mast.thing})`, { name: 'moving' });
    const there = await created(`Things(${mast.thing})/Locations`, place('there', 9));
    await change('PATCH', `Locations(${there})`, { location: { type: 'Point', coordinates: [9.5, 51] } });
    await until('three messages', () => heard.length >= 3);
    expect(heard.map(([topic, body]) => [topic.split('/').at(-1), body.name, body.location?.coordinates[0]])).toEqual([
      ['name', 'moving', undefined],
      ['Locations', 'there', 9],
      ['Locations', 'there', 9.5],
    ]);
  });

  test.each([0, 1, 2])(
    'mosquitto_pub creates an Observation at QoS %i, which its neighbours hear [req create-observations-via-mqtt/observations-creation]',
    async (qos) => {
      const own = await newMast(`created-${qos}`);
      const { heard } = await listen(1, `v1.1/Datastreams(${own.stream})/Observations`);
      await publish(`v1.1/Datastreams(${own.stream})/Observations`, '{"result":1}', '-q', String(qos));
      const body = { result: 2, Datastream: { '@iot.id': own.stream }, phenomenonTime: '2026-01-01T00:00:00Z' };
      await publish('v1.1/Observations', JSON.stringify(body), '-q', String(qos));
      await until('both', () => heard.length === 2);
      // what is acknowledged is readable at once
      const { json } = await open.get(`/v1.1/Datastreams(${own.stream})/Observations?$orderby=result`);
      expect(heard.map(([, told]) => told).sort((a, b) => a.result - b.result)).toEqual(json.value);
      expect(json.value).toHaveLength(2);
    },
  );

  test('what cannot be created is acknowledged, and waits as a dead letter that says why', async () => {
    await publish('v1.1/Observations', '{"result":1,"Datastream":{"@iot.id":99999}}', '-q', '1');
    await publish('v1.1/Datastreams(99998)/Observations', '{"result":1}', '-q', '2');
    await publish(`v1.1/Datastreams(${mast.stream})/Observations`, '{"result":', '-q', '1');
    const letters = await until('three dead letters', async () => {
      const { json } = await admin.get('/admin/dead-letters');
      const own = json.deadLetters.filter(({ source }: { source: string }) => source === 'sensorthings');
      return own.length === 3 && own;
    });
    const said = letters.map(({ code, detail }: { code: string; detail: string }) => `${code} ${detail}`).sort();
    expect(said[0]).toMatch(/^notFound v1\.1\/Datastreams\(99998\)\/Observations: /);
    expect(said[1]).toMatch(/^request\.body v1\.1\/Observations: .*99999/);
    expect(said[2]).toMatch(/^request\.json v1\.1\/Datastreams/);
  });

  test('the landing page says where, and which requirements hold', async () => {
    const { serverSettings } = (await open.get('/v1.1')).json;
    for (const name of [
      'receive-updates-via-mqtt/receive-updates',
      'create-observations-via-mqtt/observations-creation',
    ]) {
      const uri = `http://www.opengis.net/spec/iot_sensing/1.1/req/${name}`;
      expect(serverSettings.conformance).toContain(uri);
      expect(serverSettings[uri].endpoints).toEqual([
        `mqtt://127.0.0.1:${hub.ports.mqtt}`,
        `ws://127.0.0.1:${hub.ports.http}/mqtt`,
      ]);
    }
  });

  describe('over WebSocket', () => {
    async function browser(): Promise<MqttClient> {
      const client = await mqtt.connectAsync(`${hub.base.replace('http', 'ws')}/mqtt`, {
        protocolVersion: 4,
        reconnectPeriod: 0,
      });
      stage.later(() => client.endAsync(true));
      return client;
    }

    test('a map without a token follows hundreds of topics at QoS 2, and changes them with every move [req receive-updates-via-mqtt/receive-updates]', async () => {
      const own = await newMast('on the map');
      const map = await browser();
      const heard: string[] = [];
      map.on('message', (topic, _body, packet) => heard.push(`${topic} ${packet.qos}`));
      const view = (from: number) =>
        Array.from({ length: 200 }, (_, i) => from + i).flatMap((id) => [
          `v1.1/Datastreams(${id})/Observations`,
          `v1.1/Datastreams(${id})/Thing/Locations`,
        ]);
      const observations = `v1.1/Datastreams(${own.stream})/Observations`;
      const locations = `v1.1/Datastreams(${own.stream})/Thing/Locations`;
      let view1 = view(own.stream + 1000);
      await map.subscribeAsync(view1, { qos: 2 });
      // moved and moved back before anything is answered
      for (const from of [own.stream + 2000, own.stream + 3000, own.stream - 10]) {
        const next = view(from);
        map.unsubscribe(view1);
        map.subscribe(next, { qos: 2 });
        view1 = next;
      }
      map.unsubscribe([observations, locations]);
      await map.subscribeAsync([observations, locations], { qos: 2 });
      await created(`Datastreams(${own.stream})/Observations`, { result: 1 });
      await created(`Things(${own.thing})/Locations`, place('elsewhere', 10));
      await until('the value and the place', () => heard.length >= 2);
      expect(heard).toEqual([`${observations} 2`, `${locations} 2`]);
      const { json } = await admin.get('/admin/status');
      expect(json.mqtt.subscriptions).toBeGreaterThanOrEqual(400);
      await map.endAsync();
    });

    test('a map is not allowed to write, and what is hidden it does not hear', async () => {
      const own = await newMast('private');
      await change('PATCH', `Datastreams(${own.stream})`, { properties: { visibility: 'internal' } });
      const map = await browser();
      const heard: string[] = [];
      map.on('message', (topic) => heard.push(topic));
      await map.subscribeAsync(
        [`v1.1/Datastreams(${own.stream})/Observations`, `v1.1/Datastreams(${mast.stream})/Observations`],
        { qos: 1 },
      );
      await created(`Datastreams(${own.stream})/Observations`, { result: 1 });
      await created(`Datastreams(${mast.stream})/Observations`, { result: 1 });
      await until('the open one', () => heard.length > 0);
      expect(heard).toEqual([`v1.1/Datastreams(${mast.stream})/Observations`]);
      const closed = new Promise<void>((resolve) => map.once('close', () => resolve()));
      map.publish(`v1.1/Datastreams(${mast.stream})/Observations`, '{"result":2}', { qos: 1 });
      await closed;
      expect((await open.get(`/v1.1/Datastreams(${mast.stream})/Observations?$filter=result eq 2`)).json.value).toEqual(
        [],
      );
    });

    test('a client with a token creates', async () => {
      const own = await newMast('with a token');
      const client = await mqtt.connectAsync(`${hub.base.replace('http', 'ws')}/mqtt`, {
        protocolVersion: 4,
        reconnectPeriod: 0,
        username: 'x',
        password: hub.tokens.ingest,
      });
      stage.later(() => client.endAsync(true));
      await client.publishAsync(`v1.1/Datastreams(${own.stream})/Observations`, '{"result":3}', { qos: 2 });
      expect((await open.get(`/v1.1/Datastreams(${own.stream})/Observations`)).json.value).toMatchObject([
        { result: 3 },
      ]);
    });
  });
});
