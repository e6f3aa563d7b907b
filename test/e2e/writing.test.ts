/**
 * Writing over the SensorThings API to a whole hub, which is killed again and again: what was acknowledged is there, what was
 * deleted stays deleted, what was edited stays edited, and every entity keeps its id.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Answer,
  api,
  DEVICES,
  devEuiOf,
  newStage,
  type RunningHub,
  readingOf,
  stored,
  until,
  uplink,
  uplinkDevices,
} from '../support/index.ts';

const T = Date.UTC(2026, 0, 1);
const iso = (ms: number) => new Date(ms).toISOString();
/** Milliseconds; no checkpoint is written: each start reads the whole journal again. */
const NEVER = 3_600_000;

const mast = {
  name: 'Mast',
  description: 'made over the API',
  properties: { height: 4 },
  Locations: [
    {
      name: 'Rathaus',
      description: '',
      encodingType: 'application/geo+json',
      location: { type: 'Point', coordinates: [7.08, 51.17] },
    },
  ],
  Datastreams: ['Temperature', 'Level'].map((name) => ({
    name,
    description: '',
    observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
    unitOfMeasurement: { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' },
    properties: { visibility: 'public', domain: 'climate' },
    Sensor: { name: 'S', description: '', encodingType: 'text/html', metadata: 'm' },
    ObservedProperty: { name, description: '', definition: `https://example.org/${name}` },
  })),
};

describe('a hub that is written to and killed', () => {
  const stage = newStage();
  afterAll(() => stage.end());
  let hub: RunningHub;
  let temperature = 0;
  let level = 0;

  const start = async (checkpointMs: number) => {
    hub = await stage.hub({ options: { 'ingest.checkpointMs': checkpointMs } });
  };
  const send = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(path.startsWith('http') ? path : `${hub.base}/v1.1${path}`, {
      method,
      headers: { authorization: `Bearer ${hub.tokens.admin}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: text === '' ? undefined : JSON.parse(text),
    };
  };
  const ok = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await send(method, path, body);
    expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(300);
    return answer;
  };
  /** Everything that the API shows of the entities made here, without what names the port. */
  const everything = async () => {
    const sets: unknown[] = [];
    for (const set of [
      'Things',
      'Locations',
      'HistoricalLocations',
      'Datastreams',
      'Sensors',
      'ObservedProperties',
      'FeaturesOfInterest',
    ]) {
      sets.push((await ok('GET', `/${set}?$top=1000`)).json);
    }
    sets.push(
      (
        await ok(
          'GET',
          '/Observations?$top=10000&$orderby=id&$expand=FeatureOfInterest($select=id),Datastream($select=id)',
        )
      ).json,
    );
    return JSON.parse(JSON.stringify(sets).replaceAll(hub.base, '')) as Record<string, unknown>[];
  };
  const idOf = (answer: Answer) => /\((\d+)\)$/.exec(answer.headers.get('location') ?? '')?.[1] ?? '';

  beforeAll(async () => {
    await start(200);
    await api(hub, hub.tokens.admin).import(uplinkDevices());
  });

  test('has every acknowledged write after kill -9, whether its store had it or not', async () => {
    await ok('POST', '/Things', mast);
    const made = (
      await ok('GET', "/Datastreams?$filter=properties/height eq null and Thing/name eq 'Mast'&$orderby=id")
    ).json.value;
    [temperature, level] = made.map((one: { '@iot.id': number }) => one['@iot.id']);
    // a device of the same hub, so that its readings stand among the edits
    const own = (await api(hub, hub.tokens.admin).datastreams(devEuiOf(0))).temperature!;
    const deliver = (number: number) =>
      api(hub, hub.tokens.ingest).post('/ingest/chirpstack?event=up', uplink(number).body);
    let observations = 0;
    for (const [round, checkpointMs] of [200, NEVER, 200, NEVER].entries()) {
      for (let i = 0; i < 5; i++) {
        const t = T + round * 1000 + i * 10;
        const first = idOf(
          await ok('POST', `/Datastreams(${temperature})/Observations`, { result: i, phenomenonTime: iso(t) }),
        );
        const moved = idOf(
          await ok('POST', `/Datastreams(${temperature})/Observations`, { result: 'x', phenomenonTime: iso(t) }),
        );
        await ok('PATCH', `/Observations(${moved})`, { phenomenonTime: iso(t + 5), parameters: { round } });
        const gone = idOf(
          await ok('POST', `/Datastreams(${level})/Observations`, { result: i, phenomenonTime: iso(t) }),
        );
        await ok('DELETE', `/Observations(${gone})`);
        if (i % 2 === 0) await ok('PATCH', `/Observations(${first})`, { Datastream: { '@iot.id': level } });
        observations += 2;
      }
      const number = round * DEVICES;
      expect((await deliver(number)).status).toBe(200);
      const reading = readingOf(number);
      const at = `/Datastreams(${own})/Observations?$filter=phenomenonTime eq ${reading.time}`;
      const [{ '@iot.selfLink': self }] = await until('the reading is there', async () => {
        const { value } = (await ok('GET', at)).json;
        return value.length > 0 && value;
      });
      // one round corrects the reading, the next one deletes it
      if (round % 2 === 0) await ok('PATCH', self, { result: 99 });
      else await ok('DELETE', self);
      await ok('POST', `/Things`, { name: `Thing ${round}`, description: '' });
      if (round > 0) await ok('DELETE', `/Things?$filter=name eq 'Thing ${round - 1}'`);
      if (round === 2) await stored(hub, hub.tokens.admin);
      const before = await everything();
      await hub.kill();
      await start(checkpointMs);
      expect(await everything(), `round ${round}, at once after the start`).toEqual(before);
      await stored(hub, hub.tokens.admin);
      expect(await everything(), `round ${round}, when the store has caught up`).toEqual(before);
      // the same uplink again brings back neither the old value nor the deleted row
      await deliver(number);
      await stored(hub, hub.tokens.admin);
      const again = (await ok('GET', at)).json.value.map((one: { result: number }) => one.result);
      expect(again).toEqual(round % 2 === 0 ? [99] : []);
    }
    const count = async (ds: number) =>
      (await ok('GET', `/Datastreams(${ds})/Observations?$count=true&$top=0`)).json['@iot.count'];
    expect((await count(temperature)) + (await count(level))).toBe(observations);
  }, 120_000);

  test('never gives an id twice', async () => {
    const free = await ok('POST', `/Datastreams(${level})/Observations`, {
      result: 1,
      phenomenonTime: iso(T + 900_000),
    });
    await ok('DELETE', free.headers.get('location')!.slice(`${hub.base}/v1.1`.length));
    const thing = idOf(await ok('POST', '/Things', { name: 'short', description: '' }));
    await ok('DELETE', `/Things(${thing})`);
    await hub.kill();
    await start(200);
    const next = await ok('POST', `/Datastreams(${level})/Observations`, {
      result: 2,
      phenomenonTime: iso(T + 900_000),
    });
    expect(idOf(next)).not.toBe(idOf(free));
    expect((await send('GET', `/Observations(${idOf(free)})`)).status).toBe(404);
    expect(Number(idOf(await ok('POST', '/Things', { name: 'next', description: '' })))).toBeGreaterThan(Number(thing));
  });

  test('takes CreateObservations of 10,000 rows while others write, and has them all after a kill', async () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => [iso(T + 1_000_000 + i * 1000), i]);
    const body = [
      { Datastream: { '@iot.id': temperature }, components: ['phenomenonTime', 'result'], dataArray: rows },
    ];
    const began = performance.now();
    const [many] = await Promise.all([
      ok('POST', '/CreateObservations', body),
      ...Array.from({ length: 20 }, (_, i) => ok('POST', `/Datastreams(${level})/Observations`, { result: i })),
    ]);
    const took = Math.round(performance.now() - began);
    // biome-ignore lint/suspicious/noConsole: a figure that people want to see
    console.log(`CreateObservations of 10,000 rows beside 20 others: ${took} ms`);
    expect(new Set(many!.json).size).toBe(10_000);
    await hub.kill();
    await start(200);
    const window = `phenomenonTime ge ${iso(T + 1_000_000)} and phenomenonTime lt ${iso(T + 11_000_000)}`;
    const { json } = await ok('GET', `/Datastreams(${temperature})/Observations?$filter=${window}&$count=true&$top=0`);
    expect(json['@iot.count']).toBe(10_000);
    expect((await send('GET', `${many!.json[9_999]}`.replace(/^http:\/\/[^/]*\/v1\.1/, ''))).json.result).toBe(9_999);
    const gone = await ok('DELETE', `/Datastreams(${temperature})/Observations?$filter=${window}`);
    expect(gone.json).toEqual({ deleted: 10_000 });
    await hub.kill();
    await start(200);
    await stored(hub, hub.tokens.admin);
    const left = await ok('GET', `/Datastreams(${temperature})/Observations?$filter=${window}&$count=true`);
    expect(left.json).toEqual({ '@iot.count': 0, value: [] });
  }, 60_000);

  test('a hub that is open takes writes without a token, and says so at its start', async () => {
    const open = await stage.hub({
      data: stage.path('open'),
      options: { 'access.anonymousWrites': true, 'access.anonymousReads': 'everything' },
    });
    const answer = await api(open).post('/v1.1/Things', mast);
    expect(answer.status, answer.text).toBe(201);
    expect((await api(open).get('/v1.1/Things(1)/Datastreams')).json.value).toHaveLength(2);
    expect(open.output.stderr + open.output.stdout).toMatch(/anonymousWrites/);
  });
});
