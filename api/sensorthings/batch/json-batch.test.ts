import { afterEach, describe, expect, test } from 'vitest';
import type { Options } from '../options.ts';
import { type Answer, thingBody, type WritableApi, writable } from '../testing/index.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function city(options: Partial<Options> = {}): Promise<WritableApi> {
  const api = await writable(options);
  stops.push(() => api.stop());
  return api;
}
const names = async (api: WritableApi): Promise<string[]> =>
  (await api.get('/Things?$select=name&$orderby=id&$top=1000', 'admin')).body.value.map(
    ({ name }: { name: string }) => name,
  );

async function postJson(api: WritableApi, requests: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const type = { 'content-type': 'application/json' };
  return await api.send('POST', '/$batch', JSON.stringify({ requests }), { headers: { ...type, ...headers } });
}

describe('a batch as JSON', () => {
  const made = { id: 't', method: 'post', url: 'Things', body: { name: 'new', description: 'x' } };

  test('does each request, and answers by its id', async () => {
    const api = await city();
    const { status, body, text } = await postJson(api, [
      made,
      { id: '1', method: 'GET', url: 'Things(1)?$select=name' },
      {
        id: '2',
        method: 'patch',
        url: '/v1.1/Things(1)',
        headers: { Prefer: 'return=representation' },
        body: { name: 'newer' },
      },
      { id: '3', method: 'get', url: 'Things(7)' },
      { id: '4', method: 'get', url: 'Things(1)/name/$value' },
    ]);
    expect(status).toBe(200);
    expect(body.responses).toMatchObject([
      { id: 't', status: 201, location: `${api.root}/Things(1)`, headers: { location: `${api.root}/Things(1)` } },
      { id: '1', status: 200, body: { name: 'new' } },
      { id: '2', status: 200, body: { name: 'newer' } },
      { id: '3', status: 404, body: { code: 'notFound' } },
      { id: '4', status: 200, body: 'newer' },
    ]);
    expect(text).toContain('"headers":{"content-type":"application/json');
  });

  test('does an atomicity group all or not at all, with references in address and body [req batch-request/batch-request]', async () => {
    const api = await city();
    const place = {
      name: 'l',
      description: 'l',
      encodingType: 'application/geo+json',
      location: { type: 'Point', coordinates: [7, 51] },
    };
    const group = { atomicityGroup: 'g' };
    const good = await postJson(api, [
      { ...group, id: 'place', method: 'post', url: 'Locations', body: place },
      { ...group, ...made, body: { ...made.body, Locations: [{ '@iot.id': '$place' }] } },
      { ...group, id: 'p', method: 'patch', url: '$t', body: { name: 'renamed' } },
      { id: 'read', method: 'get', url: '$t/Locations?$select=name', dependsOn: ['g', 't'] },
    ]);
    expect(good.body.responses).toMatchObject([
      { id: 'place', atomicityGroup: 'g', status: 201 },
      { id: 't', atomicityGroup: 'g', status: 201, body: { '@iot.id': 1 } },
      { id: 'p', atomicityGroup: 'g', status: 200 },
      { id: 'read', status: 200, body: { value: [{ name: 'l' }] } },
    ]);
    const bad = await postJson(api, [
      { ...group, ...made, id: 'a' },
      { ...group, id: 'b', method: 'patch', url: 'Things(99)', body: {} },
      { id: 'c', method: 'get', url: 'Things', dependsOn: ['g'] },
      { id: 'd', method: 'get', url: 'Things', dependsOn: ['a'] },
      { id: 'e', method: 'get', url: 'Things', dependsOn: ['nobody'] },
    ]);
    expect(bad.body.responses).toMatchObject([
      { id: 'b', status: 404 },
      { id: 'c', status: 424, body: { code: 'request.dependency' } },
      { id: 'd', status: 424 },
      { id: 'e', status: 400 },
    ]);
    expect(await names(api)).toEqual(['renamed']);
  });

  test('is one record of the journal for each group', async () => {
    const api = await city();
    const before = api.journal.last;
    await postJson(
      api,
      ['a', 'b', 'c'].map((id) => ({ ...made, id, atomicityGroup: 'g' })),
    );
    expect(api.journal.last).toBe(before + 1);
    expect(await names(api)).toHaveLength(3);
  });

  test.each([
    ['requests is a list', { requests: {} }],
    ['requests[0] is an object', { requests: [1] }],
    ['requests[0].id is a text', { requests: [{ method: 'get', url: 'Things' }] }],
    ['requests[1].id stands twice', { requests: [made, made] }],
    ['requests[0].method is get, post', { requests: [{ id: '1', url: 'Things' }] }],
    ['requests[0].url is the address', { requests: [{ id: '1', method: 'get' }] }],
    ['requests[0].headers is an object', { requests: [{ ...made, headers: [] }] }],
    ['requests[0].dependsOn is a list', { requests: [{ ...made, dependsOn: 'x' }] }],
    [
      'requests[2].atomicityGroup stands for requests in a row',
      { requests: [{ ...made, id: '1', atomicityGroup: 'g' }, made, { ...made, id: '2', atomicityGroup: 'g' }] },
    ],
  ])('that says no clear thing is refused as a whole: %s', async (detail, body) => {
    const api = await city();
    const answer = await api.send('POST', '/$batch', body);
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain(detail);
    expect(await names(api)).toEqual([]);
  });

  test('does not outlive the time it may take: what has not begun is answered so [limit sensorthings.batchMilliseconds]', async () => {
    const api = await city({ batchMilliseconds: 1 });
    const requests = Array.from({ length: 200 }, (_, i) => ({ ...made, id: String(i) }));
    const { body } = await postJson(api, requests);
    const states: number[] = body.responses.map(({ status }: { status: number }) => status);
    expect(states).toHaveLength(200);
    expect(states[0]).toBe(201);
    expect(states.at(-1)).toBe(400);
    expect(await names(api)).toHaveLength(states.filter((status) => status === 201).length);
  });
});

test('a long change set lets others run while it is planned, and does not step back for messages: other changes wait for it', async () => {
  let planning = false;
  let steppedBack = 0;
  const api = await writable({}, undefined, () => {
    if (planning) steppedBack++;
    return true;
  });
  const { registry } = api;
  const change = registry.change.bind(registry);
  let turns = 0;
  registry.change = (by, plan) =>
    change(by, async (under) => {
      planning = true;
      const beat = setInterval(() => turns++);
      try {
        return await plan(under);
      } finally {
        clearInterval(beat);
        planning = false;
      }
    });
  const requests = Array.from({ length: 900 }, (_, i) => ({
    id: String(i),
    atomicityGroup: 'all',
    method: 'post',
    url: 'Things',
    body: thingBody(`T${i}`),
  }));
  const { status, body } = await api.send('POST', '/$batch', { requests });
  expect([status, body.responses.length, body.responses[899].status]).toEqual([200, 900, 201]);
  expect(turns).toBeGreaterThan(0);
  expect(steppedBack).toBe(0);
  await api.stop();
});
