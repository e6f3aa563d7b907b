/** The API as clients see it, over HTTP. */
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TimeseriesStore } from '../../services/timeseries/index.ts';
import { type Api, cityStore, NOW, serve } from './testing/index.ts';

let api: Api;
beforeAll(async () => {
  api = await serve();
});
afterAll(() => api.stop());

const DAY = '2026-05-01';

test('the landing page lists the nine sets with absolute addresses and what is conformed to [req resource-path/resource-path-to-entities]', async () => {
  for (const path of ['', '/']) {
    const { status, body } = await api.get(path);
    expect(status).toBe(200);
    expect(body.value).toHaveLength(9);
    expect(body.value[0]).toEqual({ name: 'Things', url: `${api.root}/Things` });
    expect(body.serverSettings.conformance.length).toBeGreaterThan(20);
  }
});

test('every set can be listed, and every entity found again by its selfLink [req datamodel/entity-control-information/common-control-information]', async () => {
  let visited = 0;
  for (const { url } of (await api.get('')).body.value) {
    const set = await api.get(`${url.slice(api.root.length)}?$top=3`);
    expect(set.status).toBe(200);
    for (const entity of set.body.value) {
      const one = await api.get(entity['@iot.selfLink'].slice(api.root.length));
      expect(one.body).toEqual(entity);
      visited++;
      for (const [key, link] of Object.entries(entity)) {
        if (!key.endsWith('@iot.navigationLink')) continue;
        expect([200, 404]).toContain((await api.get((link as string).slice(api.root.length))).status);
      }
    }
  }
  expect(visited).toBe(23);
});

test('an Observation has the properties of the standard [req datamodel/observation/properties]', async () => {
  const { body } = await api.get('/Datastreams(1)/Observations?$filter=result eq 23');
  const id = (1n << 42n) | BigInt(NOW - 3_600_000);
  expect(body.value).toEqual([
    {
      '@iot.selfLink': `${api.root}/Observations(${id})`,
      '@iot.id': Number(id),
      phenomenonTime: `${DAY}T23:00:00.000Z`,
      resultTime: `${DAY}T23:00:00.000Z`,
      result: 23,
      resultQuality: ['implausible'],
      'Datastream@iot.navigationLink': `${api.root}/Observations(${id})/Datastream`,
      'FeatureOfInterest@iot.navigationLink': `${api.root}/Observations(${id})/FeatureOfInterest`,
    },
  ]);
});

test('a Datastream tells its unit, its span of time and its area [req datamodel/datastream/properties]', async () => {
  const { body } = await api.get('/Datastreams(1)');
  expect(body.unitOfMeasurement).toEqual({ name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' });
  expect(body.phenomenonTime).toBe(`${DAY}T00:00:00.000Z/${DAY}T23:00:00.000Z`);
  expect(body.observedArea).toEqual({ type: 'Point', coordinates: [7.08, 51.17] });
  expect(body.properties).toEqual({
    serviceName: 'HH_STA',
    layerName: 'Temperature',
    domain: 'climate',
    organisation: 'solingen',
    channel: 'temperature',
  });
  expect((await api.get('/Datastreams(5)')).body.phenomenonTime).toBeUndefined();
});

test('addresses lead through relations, to properties, values and references [req resource-path/resource-path-to-entities]', async () => {
  const time = BigInt(NOW - 3_600_000);
  const observation = (1n << 42n) | time;
  const cases: [path: string, body: unknown][] = [
    ['/Things(1)/name', { name: 'Mast am Rathaus' }],
    ['/Things(1)/name/$value', 'Mast am Rathaus'],
    ['/Things(1)/properties/height', { height: 4 }],
    ['/Things(1)/properties/tags/1/$value', "it's"],
    ['/Things(1)/@iot.id', { '@iot.id': 1 }],
    ['/Things(1)/id/$value', '1'],
    ['/Datastreams(1)/unitOfMeasurement/symbol', { symbol: '°C' }],
    ['/Datastreams(1)/phenomenonTime', { phenomenonTime: `${DAY}T00:00:00.000Z/${DAY}T23:00:00.000Z` }],
    [`/Datastreams(1)/Observations(${observation})/FeatureOfInterest/name`, { name: 'Rathaus' }],
    [`/Observations(${observation})/Datastream/Thing/Locations(1)/location/type/$value`, 'Point'],
    [`/Observations(${observation})/result/$value`, '23'],
    [`/Observations(${observation})/$ref`, { '@iot.selfLink': `${api.root}/Observations(${observation})` }],
    ['/Things(1)/Datastreams/$ref', { value: [{ '@iot.selfLink': `${api.root}/Datastreams(1)` }] }],
    ["/Things('2')/name", { name: 'Pegel Wupper' }],
  ];
  for (const [path, body] of cases) {
    const answer = await api.get(path);
    expect([path, answer.status, answer.body]).toEqual([path, 200, body]);
  }
  // The one of hour 7 came over the API without a resultTime.
  const without = (1n << 42n) | BigInt(NOW - 17 * 3_600_000);
  expect((await api.get(`/Observations(${without})/resultTime`)).status).toBe(204);
});

test('what is not there is 404, with a word on why [req request-data/status-code]', async () => {
  const paths = [
    '/Nothing',
    '/Things(99)',
    '/Things(1)/nothing',
    '/Things(1)/properties/nothing',
    '/Datastreams(1)/Thing(1)',
    '/Datastreams(1)/Observations(1)',
    '/Observations(1)',
    '/Observations(99999999999999999999999)',
    '/Things/Datastreams',
    '/Things(2)/Datastreams(1)',
    '/Things(1)/properties/__proto__',
    '/constructor',
    '/Datastreams(5)/Observations(4398046511104)',
  ];
  for (const path of paths) {
    const answer = await api.get(path);
    expect([path, answer.status]).toEqual([path, 404]);
    expect(answer.body.detail.length).toBeGreaterThan(10);
  }
  expect((await api.get('/Thing')).body.detail).toContain('did you mean Things?');
  expect((await api.get('/Things/1')).body.detail).toBe('an id stands in parentheses: Things(1)');
});

test('other methods than GET and HEAD are refused', async () => {
  expect((await api.get('/Things', 'admin', { method: 'POST', body: '{}' })).status).toBe(405);
  expect((await api.get('/Things', 'admin', { method: 'HEAD' })).status).toBe(200);
});

test('pages follow each other by nextLink until all are seen once, in order [req request-data/pagination]', async () => {
  for (const query of [
    'Observations?$top=7',
    'Observations?$top=7&$orderby=result desc',
    'Observations?$top=7&$filter=result ge 0',
    'Things?$top=1&$orderby=name',
    'Datastreams(1)/Observations?$top=5&$orderby=phenomenonTime desc',
  ]) {
    const whole = await api.get(`/${query.replace(/\$top=\d+/, '$top=1000')}`);
    const seen: unknown[] = [];
    let next: string | undefined = `/${query}`;
    let pages = 0;
    while (next !== undefined) {
      const { body } = await api.get(next);
      seen.push(...body.value);
      next = body['@iot.nextLink']?.slice(api.root.length);
      if (next !== undefined) expect(next).toMatch(/\$top=\d+&\$skip=\d+/);
      pages++;
    }
    expect(seen).toEqual(whole.body.value);
    expect(pages).toBeGreaterThan(2);
  }
});

test('nested sets have counts and nextLinks that go on where they end [req request-data/expand]', async () => {
  const { body } = await api.get(
    '/Datastreams(1)?$expand=Observations($top=2;$count=true;$filter=result gt 3;$orderby=result desc)',
  );
  expect(body['Observations@iot.count']).toBe(20);
  expect(body.Observations.map((o: { result: number }) => o.result)).toEqual([23, 22]);
  const next = await api.get(body['Observations@iot.nextLink'].slice(api.root.length));
  expect(next.body['@iot.count']).toBe(20);
  expect(next.body.value.map((o: { result: number }) => o.result)).toEqual([21, 20]);
});

test('$count ignores $top and $skip; $select keeps to what is asked [req request-data/count]', async () => {
  expect((await api.get('/Observations?$count=true&$top=1&$skip=5&$select=result')).body).toMatchObject({
    '@iot.count': 72,
    value: [{ result: 5 }],
  });
  expect((await api.get('/Things(1)?$select=name,Datastreams')).body).toEqual({
    name: 'Mast am Rathaus',
    'Datastreams@iot.navigationLink': `${api.root}/Things(1)/Datastreams`,
  });
});

test('a FeatureOfInterest has the Observations of its time only [req datamodel/feature-of-interest/relations]', async () => {
  const count = async (path: string) => (await api.get(`${path}?$count=true&$top=0`)).body['@iot.count'];
  expect(await count('/FeaturesOfInterest(1)/Observations')).toBe(24);
  expect(await count('/FeaturesOfInterest(2)/Observations')).toBe(6);
  expect(await count('/FeaturesOfInterest(3)/Observations')).toBe(18);
});

test('the latest of all Datastreams is one question to the store', async () => {
  const store = await cityStore();
  const calls: string[] = [];
  const counted = new Proxy(store, {
    get(target, name: keyof TimeseriesStore) {
      const member = target[name];
      return typeof member !== 'function'
        ? member
        : (...args: never[]) => {
            calls.push(name);
            return (member as (...a: never[]) => unknown).apply(target, args);
          };
    },
  });
  const other = await serve({ store: counted });
  const { body } = await other.get(
    '/Datastreams?$select=name&$expand=Observations($orderby=phenomenonTime desc;$top=1)',
  );
  expect(body.value.map((d: { Observations: { result: unknown }[] }) => d.Observations[0]?.result)).toEqual([
    23,
    23,
    true,
    undefined,
  ]);
  expect(calls.filter((c) => c === 'last')).toHaveLength(1);
  expect(calls).not.toContain('scan');
  expect(body.value[3]['Observations@iot.nextLink']).toBeUndefined();
  await other.stop();
});

test('dataArray groups Observations by Datastream and pages like the rest [req data-array/data-array]', async () => {
  const { body } = await api.get('/Observations?$resultFormat=dataArray&$top=30&$count=true');
  expect(body['@iot.count']).toBe(72);
  expect(body.value.map((g: { 'dataArray@iot.count': number }) => g['dataArray@iot.count'])).toEqual([24, 6]);
  expect(body.value[0].components).toEqual(['id', 'phenomenonTime', 'resultTime', 'result']);
  expect(body.value[0].dataArray[3].slice(1)).toEqual([`${DAY}T03:00:00.000Z`, `${DAY}T03:00:00.000Z`, 3]);
  expect(body.value[0].dataArray[7].slice(1)).toEqual([`${DAY}T07:00:00.000Z`, null, 7]);
  expect(body.value[1]['Datastream@iot.navigationLink']).toBe(`${api.root}/Datastreams(3)`);
  expect(body['@iot.nextLink']).toContain('$top=30&$skip=30&$resultFormat=dataArray');
});

test('an id beyond 2^53 is printed exactly and leads back to its Observation', async () => {
  const { CITY, catalogueOf } = await import('./testing/index.ts');
  const id = 2_000_000;
  const catalogue = catalogueOf({ ...CITY, Datastreams: [{ ...CITY.Datastreams![0]!, id }] });
  const { memoryStore } = await import('../../services/timeseries/index.ts');
  const store = memoryStore();
  await store.start();
  await store.write({
    length: 1,
    ds: Int32Array.of(id),
    t: Float64Array.of(NOW + 1),
    r: Float64Array.of(1.5),
    type: Uint8Array.of(0),
    rec: Float64Array.of(1),
    q: Uint8Array.of(0),
    x: new Map(),
  });
  const other = await serve({ catalogue, store });
  const exact = (BigInt(id) << 42n) | BigInt(NOW + 1);
  expect((await other.get('/Observations')).text).toContain(`"@iot.id":${exact},`);
  expect((await other.get(`/Observations(${exact})/result`)).body).toEqual({ result: 1.5 });
  expect((await other.get(`/Observations?$filter=id eq ${exact}`)).body.value).toHaveLength(1);
  expect((await other.get(`/Observations?$filter=id eq ${exact - 1n}`)).body.value).toHaveLength(0);
  await other.stop();
});

test('links carry the host that the client used', async () => {
  const text = await new Promise<string>((resolve, reject) => {
    const { port } = new URL(api.root);
    request({ port, path: '/v1.1/Things(1)', headers: { host: 'iot.example.org:8443' } }, (res) => {
      res.setEncoding('utf8');
      let all = '';
      res.on('data', (piece) => {
        all += piece;
      });
      res.on('end', () => resolve(all));
    })
      .on('error', reject)
      .end();
  });
  expect(JSON.parse(text)['@iot.selfLink']).toBe('http://iot.example.org:8443/v1.1/Things(1)');
});
