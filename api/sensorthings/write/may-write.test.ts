import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isoTime } from '../../../services/model/index.ts';
import { locationBody, mastBody, streamBody, thingBody, type WritableApi, writable } from '../testing/index.ts';

let api: WritableApi;
beforeEach(async () => {
  api = await writable();
  await api.send('POST', '/Things', mastBody());
});
afterEach(() => api.stop());

const get = (path: string) => api.read(path);

describe('who writes without seeing everything', () => {
  const stranger = { as: 'stranger' } as const;

  test('finds hidden entities as little as missing ones, and makes only what it may see', async () => {
    await api.send(
      'POST',
      '/Things',
      thingBody('Open', { Datastreams: [streamBody('T', { properties: { visibility: 'public' } })] }),
    );
    for (const [method, path] of [
      ['PATCH', '/Things(1)'],
      ['PUT', '/Datastreams(1)'],
      ['DELETE', '/Things(1)'],
      ['POST', '/Things(1)/Datastreams'],
      ['POST', '/Datastreams(1)/Observations'],
      ['PATCH', '/Sensors(1)'],
    ] as const) {
      const hidden = await api.send(method, path, { name: 'x' }, stranger);
      const missing = await api.send(method, path.replace('(1)', '(77)'), { name: 'x' }, stranger);
      expect([hidden.status, hidden.body.detail.replace(/\d+/, '')]).toEqual([
        404,
        missing.body.detail.replace(/\d+/, ''),
      ]);
    }
    const linked = await api.send('POST', '/Datastreams', { ...streamBody(), Thing: { '@iot.id': 1 } }, stranger);
    expect([linked.status, linked.body.detail]).toEqual([400, 'Thing: there is no Thing with the id 1']);
    expect((await api.send('PATCH', '/Things(2)', { name: 'Opened' }, stranger)).body.name).toBe('Opened');
    expect((await api.send('DELETE', '/Things?$filter=true', undefined, stranger)).body).toEqual({ deleted: 1 });
    expect((await get('/Things')).value).toMatchObject([{ name: 'Mast' }]);
  });
});

describe('who may write', () => {
  test.each([
    ['anonymous', 'POST', '/Things', 401, /writing needs a token: send the header "Authorization: Bearer/],
    ['anonymous', 'POST', '/Datastreams(1)/Observations', 401, /writing needs a token/],
    ['member', 'PATCH', '/Things(1)', 403, /may not write/],
    ['device', 'POST', '/Things', 403, /may create Observations/],
    ['device', 'PATCH', '/Observations(1)', 403, /may create Observations/],
    ['device', 'DELETE', '/Datastreams(1)/Observations?$filter=true', 403, /may create Observations/],
  ] as const)('%s: %s %s is refused before its body is read', async (as, method, path, status, detail) => {
    const answer = await api.send(method, path, '{"broken', { as });
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringMatching(detail)]);
  });

  test('a device creates Observations of Datastreams that it may not read, and nothing beside them', async () => {
    const answer = await api.send('POST', '/Datastreams(1)/Observations', { result: 1 }, { as: 'device' });
    expect([answer.status, answer.body]).toMatchObject([201, { result: 1 }]);
    // it has been told what it sent, and may read it as little as before
    expect((await api.get(`/Observations(${answer.body['@iot.id']})`, 'device')).status).toBe(404);
    expect(answer.headers.get('location')).toMatch(/Observations\(\d+\)$/);
    const inline = { result: 1, FeatureOfInterest: { ...streamBody() } };
    expect((await api.send('POST', '/Datastreams(1)/Observations', inline, { as: 'device' })).status).toBe(403);
  });
});

describe('who may only create Observations', () => {
  const as = 'device' as const;
  const OPEN = { properties: { visibility: 'public' } };
  /** Of the hidden Datastream 1; 2 is public. */
  let hidden: string;
  let seen: string;
  const all = async () => {
    const sets = ['Observations', 'Datastreams', 'FeaturesOfInterest', 'Things', 'Locations'];
    return await Promise.all(sets.map(async (set) => (await get(`/${set}`)).value));
  };
  beforeEach(async () => {
    await api.send(
      'POST',
      '/Things',
      thingBody('Open', { Datastreams: [streamBody('T', OPEN)], Locations: [locationBody()] }),
    );
    hidden = /\d+/.exec((await api.create('/Datastreams(1)/Observations', { result: 'secret' })).split('(')[1]!)![0];
    seen = /\d+/.exec((await api.create('/Datastreams(2)/Observations', { result: 'open' })).split('(')[1]!)![0];
  });

  test('links and moves nothing that is there, hidden or not', async () => {
    const before = await all();
    for (const id of [hidden, seen]) {
      for (const path of [
        '/Datastreams(1)/Observations',
        '/Datastreams(2)/Observations',
        '/FeaturesOfInterest(1)/Observations',
        '/FeaturesOfInterest(2)/Observations',
        '/Datastreams(1)/Observations/$ref',
        '/Observations',
      ]) {
        const { status } = await api.send('POST', path, { '@iot.id': id }, { as });
        expect([path, [400, 403, 404].includes(status)]).toEqual([path, true]);
      }
    }
    const denied = await api.send('POST', '/Datastreams(2)/Observations', { '@iot.id': hidden }, { as });
    expect([denied.status, denied.body]).toMatchObject([403, { code: 'access.denied' }]);
    const [first] = (
      await api.send(
        'POST',
        '/$batch',
        {
          requests: [{ id: '1', method: 'post', url: 'Datastreams(2)/Observations', body: { '@iot.id': hidden } }],
        },
        { as },
      )
    ).body.responses;
    expect(first.status).toBe(403);
    expect(await all()).toEqual(before);
    expect((await api.get(`/Observations(${hidden})`)).status).toBe(404);
  });

  test('finds no hidden Observation on the way, and none by the answer', async () => {
    for (const tail of ['/Datastream/Observations', '/FeatureOfInterest/Observations']) {
      const [there, missing] = await Promise.all(
        [hidden, '77'].map((id) => api.send('POST', `/Observations(${id})${tail}`, { result: 1 }, { as })),
      );
      expect([there!.status, missing!.status]).toEqual([404, 404]);
    }
    const linked = { result: 1, FeatureOfInterest: { '@iot.id': 1 } };
    expect((await api.send('POST', '/Datastreams(2)/Observations', linked, { as })).status).toBe(400);
  });

  test.each([
    ['below its Datastream', '/Datastreams(1)/Observations', { result: 1 }],
    ['with a link', '/Observations', { result: 1, Datastream: { '@iot.id': 1 } }],
    ['as rows', '/CreateObservations', [{ Datastream: { '@iot.id': 1 }, components: ['result'], dataArray: [[1]] }]],
  ])('delivers to a hidden Datastream %s', async (_, path, body) => {
    const answer = await api.send('POST', path, body, { as });
    expect([answer.status, answer.text.includes('error')]).toEqual([201, false]);
    expect((await get('/Datastreams(1)/Observations')).value).toHaveLength(2);
  });

  test('also where everybody may write everything, finds no hidden Datastream to change', async () => {
    const before = await all();
    for (const [method, path, body] of [
      ['PATCH', '/Datastreams(1)', { name: 'x' }],
      ['DELETE', '/Datastreams(1)', undefined],
      ['PATCH', `/Observations(${hidden})`, { result: 1 }],
      ['PATCH', `/Observations(${seen})`, { Datastream: { '@iot.id': 1 } }],
      ['POST', '/Datastreams(2)/Observations', { '@iot.id': hidden }],
      ['POST', '/Datastreams(1)/Observations', { '@iot.id': seen }],
    ] as const) {
      const { status } = await api.send(method, path, body, { as: 'openDevice' });
      expect([method, path, [400, 404].includes(status)]).toEqual([method, path, true]);
    }
    expect(await all()).toEqual(before);
  });

  test('with sensorthings.repeated "replace" replaces only what was delivered over the API', async () => {
    await api.stop();
    api = await writable({ repeated: 'replace' });
    await api.send('POST', '/Things', mastBody());
    const T = Date.UTC(2026, 0, 1);
    await api.deliver(1, [[T, 20]]);
    const send = async (result: number, t: number) =>
      expect(
        (await api.send('POST', '/Datastreams(1)/Observations', { result, phenomenonTime: isoTime(t) }, { as })).status,
      ).toBe(201);
    const results = async () =>
      (await get('/Observations?$orderby=result')).value.map((o: { result: number }) => o.result);
    await send(21, T);
    expect(await results()).toEqual([20, 21]);
    await send(22, T);
    expect(await results()).toEqual([20, 22]);
    const own = (await get('/Observations?$filter=result eq 22')).value[0]['@iot.id'];
    await api.send('PATCH', `/Observations(${own})`, { result: 23 });
    await send(24, T);
    expect(await results()).toEqual([20, 23, 24]);
  });
});
