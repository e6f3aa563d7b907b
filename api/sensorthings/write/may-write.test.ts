import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mastBody, streamBody, thingBody, type WritableApi, writable } from '../testing/index.ts';

let api: WritableApi;
beforeEach(async () => {
  api = await writable();
  await api.send('POST', '/Things', mastBody());
});
afterEach(() => api.stop());

const get = async (path: string) => (await api.get(path, 'admin')).body;

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
    expect([answer.status, answer.text]).toEqual([201, '']);
    expect(answer.headers.get('location')).toMatch(/Observations\(\d+\)$/);
    const inline = { result: 1, FeatureOfInterest: { ...streamBody() } };
    expect((await api.send('POST', '/Datastreams(1)/Observations', inline, { as: 'device' })).status).toBe(403);
  });
});
