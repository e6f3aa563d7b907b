import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import { afterEach, expect, test } from 'vitest';
import { access, options as accessOptions } from '../../services/access/index.ts';
import { CodedError, type Device } from '../../services/model/index.ts';
import type { CatalogueReader, DeviceHealth } from '../../services/registry/index.ts';
import { admin, type DeadLetterEntry, options } from './index.ts';

const running: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

const TOKEN = 'the-token-of-the-operator';
const INGEST = 'the-token-of-a-network';

const device = (key: string, organisation: string, model: string): Device => ({
  key,
  name: key,
  organisation,
  model,
  thing: 1,
  datastreams: { temperature: 7 },
  properties: {},
});

async function hub() {
  const imports: { document: unknown; by: string }[] = [];
  const filters: unknown[] = [];
  const letters: DeadLetterEntry[] = [
    { record: 9, at: 1000, source: 'chirpstack', device: null, code: 'envelope.json', detail: 'at 3' },
  ];
  const all = [
    device('24e124785c421111', 'ulm', 'milesight/em300-th'),
    device('0000000000000002', 'ulm', 'dragino/lht65'),
    device('mqtt:hall/1', 'solingen', 'dragino/lht65'),
  ];
  const health: DeviceHealth = {
    lastSeen: 0,
    lastJoin: null,
    batteryLevel: 81,
    margin: 9,
    lastRssi: -101,
    lastLog: { at: 1000, level: 'error', code: 'UPLINK_CODEC', description: 'x' },
  };
  const doors = access({
    directory: '/nowhere',
    options: accessOptions.parse({ adminToken: TOKEN, ingestToken: INGEST }),
    clock: { now: () => 0 },
    refused() {},
  });
  await doors.start();
  const router = admin({
    registry: {
      async import(document, by) {
        const things = (document as { things?: { name?: string }[] }).things ?? [];
        const wrong = things.findIndex(({ name }) => name === undefined);
        if (wrong >= 0)
          throw new CodedError('request.body', `things[${wrong}].name: must be text; things[${wrong}]: lacks a key`);
        imports.push({ document, by });
        return { organisations: 1, things: 2, devices: 3, datastreams: 4, requeued: 5 };
      },
    },
    catalogue: { devices: new Map(all.map((each) => [each.key, each])) } as unknown as CatalogueReader,
    health: (key) => (key === '24e124785c421111' ? health : null),
    deadLetters: {
      list(filter) {
        filters.push(filter);
        return letters;
      },
      counts: () => ({ 'envelope.json': 1 }),
    },
    status: () => ({ records: 12 }),
    authorize: (request) => doors.require('admin', request.headers, 'here'),
    options: options.parse({ pageSize: 2, maxPageSize: 10 }),
  });
  const app = express();
  app.use('/admin', express.json(), router);
  const failed: ErrorRequestHandler = (error, _request, response, _next) => {
    response.status(error.status ?? 500).json({ code: error.code, detail: error.message });
  };
  app.use(failed);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const ask = async (method: string, path: string, body?: unknown, token: string | null = TOKEN) => {
    const answer = await fetch(`http://127.0.0.1:${port}/admin${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json = (await answer.json()) as {
      code?: string;
      detail?: string;
      devices?: Device[];
      next?: string;
      count?: number;
    };
    return { status: answer.status, json, headers: answer.headers };
  };
  return { ask, imports, filters };
}

test('without the admin scope nothing under /admin does anything', async () => {
  const { ask, imports, filters } = await hub();
  const doors: [string, string, unknown?][] = [
    ['POST', '/import', { things: [{ name: 'x' }] }],
    ['POST', '/organisations', { id: 'ulm', name: 'Ulm' }],
    ['POST', '/things', { name: 'x' }],
    ['POST', '/devices', { key: 'x' }],
    ['GET', '/devices'],
    ['GET', '/devices/24e124785c421111'],
    ['GET', '/dead-letters'],
    ['GET', '/status'],
    ['GET', '/nowhere'],
  ];
  for (const [method, path, body] of doors) {
    expect([path, (await ask(method, path, body, null)).status]).toEqual([path, 401]);
    expect([path, (await ask(method, path, body, 'wrong')).json.code]).toEqual([path, 'access.token']);
    expect([path, (await ask(method, path, body, INGEST)).status]).toEqual([path, 403]);
  }
  expect(imports).toEqual([]);
  expect(filters).toEqual([]);
});

test('an import reaches the registry as it was sent, with the name of who sent it, and its report comes back', async () => {
  const { ask, imports } = await hub();
  const document = { organisations: [{ id: 'ulm', name: 'Ulm' }] };
  const { status, json } = await ask('POST', '/import', document);
  expect([status, json]).toEqual([200, { organisations: 1, things: 2, devices: 3, datastreams: 4, requeued: 5 }]);
  expect(imports).toEqual([{ document, by: 'admin' }]);
});

test('organisations, things and devices can be sent one by one', async () => {
  const { ask, imports } = await hub();
  for (const kind of ['organisations', 'things', 'devices']) {
    expect((await ask('POST', `/${kind}`, { name: 'x' })).status).toBe(200);
  }
  expect(imports.map(({ document }) => document)).toEqual([
    { organisations: [{ name: 'x' }] },
    { things: [{ name: 'x' }] },
    { devices: [{ name: 'x' }] },
  ]);
});

test('a wrong field is named by its path as the caller wrote it', async () => {
  const { ask } = await hub();
  const many = await ask('POST', '/import', { things: [{ name: 'a' }, {}] });
  expect(many).toMatchObject({
    status: 400,
    json: { code: 'request.body', detail: expect.stringContaining('things[1].name') },
  });
  const one = await ask('POST', '/things', { key: 'a' });
  expect(one.json).toEqual({ code: 'request.body', detail: 'name: must be text; the body: lacks a key' });
});

test('a body that is empty or no object is refused', async () => {
  const { ask } = await hub();
  for (const body of [[], {}, undefined]) {
    for (const path of ['/import', '/things']) expect((await ask('POST', path, body)).json.code).toBe('request.body');
  }
});

test('devices come in pages by key, with their health', async () => {
  const { ask } = await hub();
  const first = (await ask('GET', '/devices')).json;
  expect(first.devices?.map(({ key }) => key)).toEqual(['0000000000000002', '24e124785c421111']);
  expect([first.count, first.next]).toEqual([3, '24e124785c421111']);
  expect(first.devices?.[1]).toMatchObject({
    model: 'milesight/em300-th',
    datastreams: { temperature: 7 },
    health: {
      lastSeen: '1970-01-01T00:00:00.000Z',
      lastJoin: null,
      batteryLevel: 81,
      lastLog: { at: '1970-01-01T00:00:01.000Z' },
    },
  });
  const second = (await ask('GET', `/devices?after=${first.next}`)).json;
  expect([second.devices?.map(({ key }) => key), second.next]).toEqual([['mqtt:hall/1'], null]);
  expect((await ask('GET', '/devices?organisation=ulm&model=dragino/lht65')).json.count).toBe(1);
});

test('a device is found by its DevEUI in any spelling, and by the key of its source', async () => {
  const { ask } = await hub();
  expect((await ask('GET', '/devices/24-E1-24-78-5C-42-11-11')).json).toMatchObject({ key: '24e124785c421111' });
  expect((await ask('GET', '/devices/mqtt:hall%2F1')).json).toMatchObject({ key: 'mqtt:hall/1', health: null });
  expect((await ask('GET', '/devices/ffff')).json).toEqual({ code: 'notFound', detail: 'there is no device ffff' });
});

test('dead letters are filtered by code and device and counted by code', async () => {
  const { ask, filters } = await hub();
  const { json } = await ask('GET', '/dead-letters?code=envelope.json&device=mqtt:hall/1&limit=5');
  expect(json).toEqual({
    counts: { 'envelope.json': 1 },
    deadLetters: [
      {
        record: 9,
        at: '1970-01-01T00:00:01.000Z',
        source: 'chirpstack',
        device: null,
        code: 'envelope.json',
        detail: 'at 3',
      },
    ],
  });
  await ask('GET', '/dead-letters');
  expect(filters).toEqual([{ code: 'envelope.json', device: 'mqtt:hall/1', limit: 5 }, { limit: 2 }]);
});

test('a wrong, unknown or repeated parameter is an error, all of them at once', async () => {
  const { ask, filters } = await hub();
  const { status, json } = await ask('GET', '/dead-letters?cod=x&code=nonsense&limit=11&device=a&device=b');
  expect([status, json.code]).toEqual([400, 'query.option']);
  for (const name of [
    'cod: there is no such parameter',
    'code: no such code',
    'limit: a whole number from 1 to 10',
    'device: stands twice',
  ]) {
    expect(json.detail).toContain(name);
  }
  for (const limit of ['0', '-1', '1.5', 'x', '']) {
    expect((await ask('GET', `/devices?limit=${limit}`)).json.detail).toContain('limit');
  }
  expect((await ask('GET', '/status?x=1')).status).toBe(400);
  expect(filters).toEqual([]);
});

test('the state of the hub is told, and a wrong method says which there are', async () => {
  const { ask } = await hub();
  expect((await ask('GET', '/status')).json).toEqual({ records: 12 });
  const wrong = await ask('DELETE', '/devices/24e124785c421111');
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});
