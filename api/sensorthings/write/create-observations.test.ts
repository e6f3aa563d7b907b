import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { featureBody, mastBody, multiBody, streamBody, type WritableApi, writable } from '../testing/index.ts';

const T = Date.UTC(2026, 0, 1);
const iso = (ms: number) => new Date(ms).toISOString();
const layout = (ds: number, t: number) => String((BigInt(ds) << 42n) | BigInt(t));

let api: WritableApi;
beforeEach(async () => {
  api = await writable();
  await api.send('POST', '/Things', mastBody());
});
afterEach(() => api.stop());

const get = async (path: string) => (await api.get(path, 'admin')).body;
const list = async (path: string) => (await get(path)).value;

async function post(body: object, path = '/Datastreams(1)/Observations'): Promise<string> {
  const answer = await api.send('POST', path, body);
  expect(answer.status, answer.text).toBe(201);
  return /\((\d+)\)$/.exec(answer.headers.get('location')!)![1]!;
}
describe('a repeated Datastream and time', () => {
  beforeEach(async () => {
    await api.stop();
    api = await writable({ repeated: 'replace' });
    await api.send('POST', '/Things', mastBody());
  });

  test('with sensorthings.repeated "replace" changes the Observation that is there', async () => {
    const id = await post({ result: 1, phenomenonTime: iso(T) });
    expect(await post({ result: 2, phenomenonTime: iso(T) })).toBe(id);
    await api.deliver(1, [[T + 5, 20]]);
    expect(await post({ result: 21, phenomenonTime: iso(T + 5) })).toBe(layout(1, T + 5));
    const seen = await list('/Observations');
    expect(seen.map((o: { result: number; resultQuality?: unknown }) => [o.result, o.resultQuality])).toEqual([
      [2, undefined],
      [21, undefined],
    ]);
  });

  test('also by CreateObservations, and within one', async () => {
    const answer = await api.send('POST', '/CreateObservations', [
      {
        Datastream: { '@iot.id': 1 },
        components: ['phenomenonTime', 'result'],
        dataArray: [
          [iso(T), 1],
          [iso(T), 2],
          [iso(T + 1), 3],
        ],
      },
    ]);
    expect(answer.body[0]).toBe(answer.body[1]);
    expect((await list('/Observations')).map((o: { result: number }) => o.result)).toEqual([2, 3]);
  });
});

describe('CreateObservations', () => {
  const create = (body: unknown, more = {}) => api.send('POST', '/CreateObservations', body, more);

  test('makes rows of several Datastreams in one record, and answers for each row [req data-array/data-array]', async () => {
    await api.send('POST', '/Things(1)/Datastreams', streamBody('second'));
    await api.send('POST', '/Things(1)/MultiDatastreams', multiBody());
    await api.send('POST', '/FeaturesOfInterest', featureBody());
    const before = api.journal.last;
    const answer = await create([
      {
        Datastream: { '@iot.id': 1 },
        components: ['phenomenonTime', 'result', 'FeatureOfInterest/id'],
        'dataArray@iot.count': 3,
        dataArray: [
          [iso(T), 1, 1],
          [iso(T + 1), 2, 99],
          ['nonsense', 3, 1],
        ],
      },
      {
        Datastream: { '@iot.id': 2 },
        components: ['result', 'phenomenonTime', 'parameters'],
        dataArray: [['x', iso(T), { a: 1 }], [1]],
      },
      { MultiDatastream: { '@iot.id': 3 }, components: ['result'], dataArray: [[[1, 2]], [[1]]] },
      { Datastream: { '@iot.id': 77 }, components: ['result'], dataArray: [[1], [2]] },
    ]);
    expect(answer.status, answer.text).toBe(201);
    expect(api.journal.last).toBe(before + 1);
    expect(answer.body).toEqual([
      `${api.root}/Observations(${layout(1, T)})`,
      expect.stringMatching(/^error: .*there is no FeatureOfInterest with the id 99/),
      expect.stringMatching(/^error: \[0\]\.dataArray\[2\]\.phenomenonTime: a time/),
      `${api.root}/Observations(${layout(2, T)})`,
      expect.stringMatching(/^error: the row: 3 values expected, not 1/),
      expect.stringMatching(/Observations\(\d+\)$/),
      expect.stringMatching(/^error: \[2\]\.dataArray\[1\]\.result: an array of 2 results/),
      expect.stringMatching(/^error: \[3\]\.Datastream: there is no Datastream with the id 77/),
      expect.stringMatching(/^error: /),
    ]);
    expect((await get('/Observations?$count=true'))['@iot.count']).toBe(3);
  });

  test('makes all of several rows of one instant', async () => {
    const { body } = await create([
      {
        Datastream: { '@iot.id': 1 },
        components: ['phenomenonTime', 'result'],
        dataArray: [1, 2, 3].map((result) => [iso(T), result]),
      },
    ]);
    expect(new Set(body).size).toBe(3);
    expect((await list('/Observations')).map((o: { result: number }) => o.result)).toEqual([1, 2, 3]);
    const second = (body[1] as string).slice(api.root.length);
    await api.send('DELETE', second);
    expect((await list('/Observations')).map((o: { result: number }) => o.result)).toEqual([1, 3]);
  });

  test.each([
    [{}, /^the body: an array/],
    [[1], /^\[0\]: an object expected/],
    [[{ components: ['result'], dataArray: [] }], /^\[0\]\.Datastream: a link/],
    [[{ Datastream: { '@iot.id': 1 }, components: [], dataArray: [] }], /^\[0\]\.components: the names/],
    [
      [{ Datastream: { '@iot.id': 1 }, components: ['phenomenonTime'], dataArray: [] }],
      /there is no result among them/,
    ],
    [[{ Datastream: { '@iot.id': 1 }, components: ['result'] }], /^\[0\]\.dataArray: an array/],
  ])('refuses %j', async (body, detail) => {
    const answer = await create(body);
    expect([answer.status, answer.body.detail]).toEqual([400, expect.stringMatching(detail)]);
  });

  test('takes 10,000 rows in well under a second, and more only in parts', async () => {
    const rows = (n: number) => [
      {
        Datastream: { '@iot.id': 1 },
        components: ['phenomenonTime', 'result'],
        dataArray: Array.from({ length: n }, (_, i) => [iso(T + i * 1000), i]),
      },
    ];
    const began = performance.now();
    const answer = await create(rows(10_000));
    const took = performance.now() - began;
    expect([answer.status, answer.body.length]).toEqual([201, 10_000]);
    expect(took).toBeLessThan(5_000);
    const more = await create(rows(10_001));
    expect([more.status, more.body.detail]).toEqual([413, expect.stringMatching(/at most 10000 entities/)]);
    expect((await get('/Observations?$count=true&$top=0'))['@iot.count']).toBe(10_000);
  });
});
