import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isoTime } from '../../../services/model/index.ts';
import {
  featureBody,
  layoutId,
  mastBody,
  multiBody,
  streamBody,
  type WritableApi,
  writable,
} from '../testing/index.ts';

const T = Date.UTC(2026, 0, 1);

let api: WritableApi;
beforeEach(async () => {
  api = await writable();
  await api.send('POST', '/Things', mastBody());
});
afterEach(() => api.stop());

const get = (path: string) => api.read(path);
const list = async (path: string) => (await get(path)).value;

/** The id of the new one. */
const post = async (body: object, path = '/Datastreams(1)/Observations') =>
  /\d+/.exec(await api.create(path, body))![0];
describe('a repeated Datastream and time', () => {
  beforeEach(async () => {
    await api.stop();
    api = await writable({ repeated: 'replace' });
    await api.send('POST', '/Things', mastBody());
  });

  test('with sensorthings.repeated "replace" changes the Observation that is there', async () => {
    const id = await post({ result: 1, phenomenonTime: isoTime(T) });
    expect(await post({ result: 2, phenomenonTime: isoTime(T) })).toBe(id);
    await api.deliver(1, [[T + 5, 20]]);
    expect(await post({ result: 21, phenomenonTime: isoTime(T + 5) })).toBe(layoutId(1, T + 5));
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
          [isoTime(T), 1],
          [isoTime(T), 2],
          [isoTime(T + 1), 3],
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
          [isoTime(T), 1, 1],
          [isoTime(T + 1), 2, 99],
          ['nonsense', 3, 1],
        ],
      },
      {
        Datastream: { '@iot.id': 2 },
        components: ['result', 'phenomenonTime', 'parameters'],
        dataArray: [['x', isoTime(T), { a: 1 }], [1]],
      },
      { MultiDatastream: { '@iot.id': 3 }, components: ['result'], dataArray: [[[1, 2]], [[1]]] },
      { Datastream: { '@iot.id': 77 }, components: ['result'], dataArray: [[1], [2]] },
    ]);
    expect(answer.status, answer.text).toBe(201);
    expect(api.journal.last).toBe(before + 1);
    expect(answer.body).toEqual([
      `${api.root}/Observations(${layoutId(1, T)})`,
      expect.stringMatching(/^error: .*there is no FeatureOfInterest with the id 99/),
      expect.stringMatching(/^error: \[0\]\.dataArray\[2\]\.phenomenonTime: a time/),
      `${api.root}/Observations(${layoutId(2, T)})`,
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
        dataArray: [1, 2, 3].map((result) => [isoTime(T), result]),
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

  test('takes 10,000 rows at once, and more only in parts', async () => {
    const rows = (n: number) => [
      {
        Datastream: { '@iot.id': 1 },
        components: ['phenomenonTime', 'result'],
        dataArray: Array.from({ length: n }, (_, i) => [isoTime(T + i * 1000), i]),
      },
    ];
    const answer = await create(rows(10_000));
    expect([answer.status, answer.body.length]).toEqual([201, 10_000]);
    const more = await create(rows(10_001));
    expect([more.status, more.body.detail]).toEqual([413, expect.stringMatching(/at most 10000 entities/)]);
    expect((await get('/Observations?$count=true&$top=0'))['@iot.count']).toBe(10_000);
  });
});

describe('CreateObservations with wrong rows', () => {
  const rows = (dataArray: unknown[], components = ['result']) => [
    { Datastream: { '@iot.id': 1 }, components, dataArray },
  ];

  test('counts them: they are work and have an answer', async () => {
    await api.stop();
    api = await writable({ changeEntities: 100 });
    await api.send('POST', '/Things', mastBody());
    const most = await api.send('POST', '/CreateObservations', rows(Array(100).fill(0)));
    expect([most.status, most.body.length]).toEqual([201, 100]);
    const many = await api.send('POST', '/CreateObservations', rows(Array(101).fill(0)));
    expect([many.status, many.body.code]).toEqual([413, 'request.tooLarge']);
    const groups = Array(101).fill(rows([])[0]);
    expect((await api.send('POST', '/CreateObservations', groups)).status).toBe(413);
  });

  test('has an answer of the size of the question', async () => {
    const long = 'x'.repeat(50_000);
    const named = await api.send('POST', '/CreateObservations', rows(Array(50).fill([1, 1]), ['result', long]));
    expect([named.status, named.body.detail.length < 200]).toEqual([400, true]);
    const answer = await api.send('POST', '/CreateObservations', rows(Array(50).fill([long])));
    expect(answer.text.length).toBeLessThan(50_000);
  });
});
