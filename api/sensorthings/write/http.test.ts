import { request } from 'node:http';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  featureBody,
  locationBody,
  mastBody,
  multiBody,
  propertyBody,
  sensorBody,
  streamBody,
  thingBody,
  type WritableApi,
  writable,
} from '../testing/index.ts';

let api: WritableApi;
beforeEach(async () => {
  api = await writable({ bodyBytes: 20_000 });
  await api.send('POST', '/Things', mastBody({ MultiDatastreams: [multiBody()] }));
  await api.send('POST', '/Datastreams(1)/Observations', { result: 1, phenomenonTime: '2026-01-01T00:00:00Z' });
});
afterEach(() => api.stop());

/** Bytes as they are, with headers as they are. */
function raw(
  method: string,
  path: string,
  body: Uint8Array | string,
  headers: Record<string, string>,
): Promise<{ status: number; text: string; allow: string }> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(api.root);
    const outgoing = request(
      { port, method, path: `/v1.1${path}`, headers: { 'x-as': 'admin', ...headers } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece) => {
          text += piece;
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, text, allow: String(answer.headers.allow ?? '') }),
        );
      },
    );
    outgoing.on('error', reject).end(body);
  });
}

describe('over HTTP', () => {
  test('a body without Content-Type is read as JSON, but not from a page of the web', async () => {
    const body = JSON.stringify(thingBody());
    expect((await raw('POST', '/Things', body, {})).status).toBe(201);
    expect((await raw('POST', '/Things', body, { origin: 'https://example.org' })).status).toBe(415);
  });

  test.each([
    ['text/plain', 415, /send JSON with the header/],
    ['application/x-www-form-urlencoded', 415, /send JSON/],
    ['application/json; charset=utf-8', 201, /Mast/],
    ['application/merge-patch+json', 201, /Mast/],
  ])('%s is answered with %i', async (type, status, text) => {
    const answer = await raw('POST', '/Things', JSON.stringify(thingBody()), { 'content-type': type });
    expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(text)]);
  });

  test.each([
    ['{"name": tru}', 400, /request\.json.*line 1, column 10/],
    [Buffer.from([0x7b, 0xff, 0x7d]), 400, /not valid UTF-8/],
    [`${'['.repeat(60)}${']'.repeat(60)}`, 400, /nested deeper than 50 levels \(sensorthings\.bodyDepth\)/],
    [JSON.stringify({ name: 'x'.repeat(30_000) }), 413, /at most 20000 bytes \(sensorthings\.bodyBytes\)/],
    ['', 400, /not nothing/],
    ['{"name":"x","description":"","properties":{"a":[1e999]}}', 400, /request\.json.*beyond what a double holds/],
    ['null', 400, /a Thing as JSON object expected, not null/],
  ])(
    'the body %s is answered with %i [limit sensorthings.bodyBytes] [limit sensorthings.bodyDepth]',
    async (body, status, text) => {
      const answer = await raw('POST', '/Things', body, { 'content-type': 'application/json' });
      expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(text)]);
    },
  );

  test('a method that there is not is a 405 with those that there are', async () => {
    const answer = await raw('REPORT', '/Things', '', {});
    expect([answer.status, answer.allow]).toEqual([405, 'GET, HEAD, POST, PUT, PATCH, DELETE']);
  });

  test('return=minimal leaves the body of a creation out', async () => {
    const answer = await api.send('POST', '/Things', thingBody(), { headers: { prefer: 'return=minimal' } });
    expect([answer.status, answer.text, answer.headers.get('location')]).toEqual([201, '', `${api.root}/Things(2)`]);
  });

  test('no body and no path makes the hub fail', async () => {
    const first = `/Observations(${(1n << 42n) | BigInt(Date.UTC(2026, 0, 1))})`;
    const json = fc.jsonValue({ maxDepth: 3 });
    const sample = [
      thingBody(),
      mastBody(),
      locationBody(),
      sensorBody(),
      propertyBody(),
      streamBody(),
      multiBody(),
      featureBody(),
      { result: 1 },
      { time: '2026-01-01T00:00:00Z' },
    ];
    const keys = fc.constantFrom(
      'name',
      'properties',
      'location',
      'Locations',
      'Thing',
      'Sensor',
      'Datastreams',
      'Observations',
      'result',
      'phenomenonTime',
      'FeatureOfInterest',
      '@iot.id',
      'unitOfMeasurement',
      'ObservedProperties',
      '__proto__',
      'constructor',
    );
    const values = fc.oneof(
      json,
      fc.constantFrom<unknown>(
        { '@iot.id': 1 },
        [{ '@iot.id': 1 }],
        { '@iot.id': -1 },
        { '@iot.selfLink': 'x' },
        ...sample,
        sample,
      ),
    );
    const near = fc
      .tuple(fc.constantFrom(...sample), fc.array(fc.tuple(keys, values), { maxLength: 4 }))
      .map(([base, changes]) => ({ ...base, ...Object.fromEntries(changes) }));
    const patch = fc.array(
      fc.record(
        {
          op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'x'),
          path: fc.constantFrom(
            '',
            '/',
            '/name',
            '/properties',
            '/properties/a/b',
            '/result',
            '/Locations/0',
            '/__proto__/x',
          ),
          from: fc.constantFrom('/name', '/properties'),
          value: json,
        },
        { requiredKeys: ['op'] },
      ),
      { maxLength: 3 },
    );
    const path = fc.constantFrom(
      '/Things',
      '/Things(1)',
      '/Things(1)/Locations',
      '/Things(1)/Datastreams',
      '/Locations',
      '/Locations(1)',
      '/HistoricalLocations',
      '/HistoricalLocations(1)',
      '/Datastreams',
      '/Datastreams(1)',
      '/Datastreams(1)/Observations',
      '/MultiDatastreams',
      '/MultiDatastreams(2)',
      '/MultiDatastreams(2)/Observations',
      '/Sensors',
      '/Sensors(1)',
      '/ObservedProperties(1)/Datastreams',
      '/Observations',
      first,
      '/FeaturesOfInterest',
      '/FeaturesOfInterest(1)',
      '/FeaturesOfInterest(1)/Observations',
      '/CreateObservations',
      '/Things(1)/Locations/$ref',
      '/Things(1)/name/$ref',
      '/Datastreams(1)/Thing/$ref',
      '/Locations(1)/Things/$ref',
      `${first}/FeatureOfInterest/$ref`,
      '/Things/$count',
      '/Things(1)/name',
      '/',
      '/x(',
      '/Things(1)/Datastreams(1)/Thing/Locations(1)',
    );
    const matching = fc
      .constantFrom<readonly [method: string, path: string, body: object]>(
        ['POST', '/Things', mastBody()],
        ['POST', '/Locations', locationBody()],
        ['POST', '/Things(1)/Locations', locationBody()],
        ['POST', '/Things(1)/Datastreams', streamBody()],
        ['POST', '/Datastreams(1)/Observations', { result: 1 }],
        ['POST', '/MultiDatastreams(2)/Observations', { result: [1, 2] }],
        ['PATCH', '/Things(1)', { name: 'x' }],
        ['PUT', '/Sensors(1)', sensorBody()],
        ['PATCH', '/FeaturesOfInterest(1)', featureBody()],
        ['PATCH', first, { result: 2 }],
      )
      .chain(([method, where, base]) =>
        fc
          .array(fc.tuple(keys, values), { maxLength: 1 })
          .map((changes) => [method, where, { ...base, ...Object.fromEntries(changes) }, false] as const),
      );
    const anything = fc.tuple(
      fc.constantFrom('POST', 'PATCH', 'PUT'),
      path,
      fc.oneof(near, near, json, patch),
      fc.boolean(),
    );
    const seen = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(fc.oneof(matching, anything), async ([method, where, body, asPatch]) => {
        const type = asPatch && method === 'PATCH' ? 'application/json-patch+json' : 'application/json';
        const answer = await api.send(method, where, JSON.stringify(body), { headers: { 'content-type': type } });
        seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
        expect(answer.status, `${method} ${where} ${JSON.stringify(body)}: ${answer.text}`).toBeLessThan(500);
      }),
      { numRuns: 1200, seed: 7 },
    );
    // enough of both: what is taken and what is not
    expect((seen.get(200) ?? 0) + (seen.get(201) ?? 0)).toBeGreaterThan(100);
    expect(seen.get(400)).toBeGreaterThan(100);
    expect((await api.get('/Things?$expand=Locations,Datastreams($expand=Observations)', 'admin')).status).toBe(200);
  }, 60_000);
});

describe('a body that would keep the hub busy', () => {
  const point = (coordinates: unknown) => ({
    name: 'l',
    description: '',
    encodingType: 'application/geo+json',
    location: { type: 'MultiPoint', coordinates },
  });

  test.each([
    [
      'many empty arrays',
      JSON.stringify({ ...thingBody(), properties: { l: Array(200).fill([]) } }),
      /more than 150 values/,
    ],
    ['many values in what is no JSON', `{"a":[${'1,'.repeat(200)}x`, /more than 150 values/],
    ['depth that never ends', '{"a":['.repeat(60), /deeper than 50 levels/],
  ])('%s is refused [limit sensorthings.bodyNodes]', async (_, body, message) => {
    await api.stop();
    api = await writable({ bodyNodes: 150 });
    const { status, body: problem } = await api.send('POST', '/Things', body);
    expect([status, problem.detail]).toEqual([400, expect.stringMatching(message)]);
  });

  test('commas and brackets inside of texts are no values', async () => {
    await api.stop();
    api = await writable({ bodyNodes: 150 });
    const name = `${'[{,'.repeat(500)}"\\`;
    expect((await api.send('POST', '/Things', thingBody(name))).body.name).toBe(name);
  });

  test('more positions than a geometry may have are refused, in POST and PATCH [limit sensorthings.vertices]', async () => {
    await api.stop();
    api = await writable({ vertices: 10 });
    const positions = (n: number) => Array.from({ length: n }, (_, i) => [i, i]);
    const path = await api.create('/Locations', point(positions(10)));
    const detail = 'location: there are more than 10 positions (sensorthings.vertices)';
    for (const [method, where] of [
      ['POST', '/Locations'],
      ['PATCH', path],
    ] as const) {
      const { status, body } = await api.send(method, where, point(positions(11)));
      expect([status, body.detail]).toEqual([400, detail]);
    }
    const nested = {
      type: 'FeatureCollection',
      features: [1, 2].map(() => ({ type: 'Feature', geometry: point(positions(6)).location })),
    };
    expect((await api.send('POST', '/Locations', { ...point([]), location: nested })).body.detail).toBe(detail);
  });
});
