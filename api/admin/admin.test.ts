import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import { afterEach, expect, test } from 'vitest';
import { access, options as accessOptions } from '../../services/access/index.ts';
import type { DeadLetter } from '../../services/journal/index.ts';
import { CodedError, type Device } from '../../services/model/index.ts';
import type { CatalogueReader, DeviceHealth } from '../../services/registry/index.ts';
import { admin, type Job, options } from './index.ts';

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
  const asked: unknown[] = [];
  const waits: number[] = [];
  let job: Job = { id: 4, state: 'running' };
  const letters: DeadLetter[] = [
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
    history: { freezes: [], erasures: [] } as never,
    backups: {
      status: { state: 'none', began: null, ended: null, progress: null, made: null, error: null },
      kept: async () => ({ folder: '/backups', backups: [] }),
      begin() {
        throw new CodedError('hub.busy', 'A backup is under way.');
      },
    },
    deadLetters: {
      page(filter, limit, before) {
        filters.push({ ...filter, limit, before });
        return { letters, next: before === null ? 9 : null };
      },
      counts: () => ({ 'envelope.json': 1 }),
      devices: () => [{ device: 'mqtt:hall/1', count: 7 }],
      inspect: async (record) => (record === 9 ? { record, message: { kept: false } } : null),
      requeue(choice, dryRun, by) {
        asked.push({ requeue: choice, dryRun, by });
        return job;
      },
      async dismiss(choice, reason, by) {
        asked.push({ dismiss: choice, reason, by });
        return { dismissed: 1, more: false };
      },
    },
    jobs: {
      list: () => [job],
      get: (id) => (id === job.id ? job : null),
      settled: async (_, milliseconds) => void waits.push(milliseconds),
      async cancel(id) {
        asked.push({ cancel: id });
        job = { ...job, state: 'cancelled' };
        return true;
      },
    },
    decodeAgain: {
      async begin(selection, dryRun, by) {
        asked.push({ again: selection, dryRun, by });
        return job;
      },
      offers: async () => [{ model: 'dragino/lht65' }],
      dismissOffer: (model) => model === 'dragino/lht65',
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
  return { ask, imports, filters, asked, waits };
}

test('without the admin scope nothing under /admin does anything', async () => {
  const { ask, imports, filters, asked } = await hub();
  const doors: [string, string, unknown?][] = [
    ['POST', '/import', { things: [{ name: 'x' }] }],
    ['POST', '/organisations', { id: 'ulm', name: 'Ulm' }],
    ['POST', '/things', { name: 'x' }],
    ['POST', '/devices', { key: 'x' }],
    ['GET', '/devices'],
    ['GET', '/devices/24e124785c421111'],
    ['GET', '/dead-letters'],
    ['GET', '/dead-letters/9'],
    ['POST', '/dead-letters/requeue', { all: true }],
    ['POST', '/dead-letters/dismiss', { all: true, reason: 'x' }],
    ['POST', '/decode-again', { device: 'x' }],
    ['GET', '/decode-again/offers'],
    ['POST', '/decode-again/offers/dismiss', { model: 'x' }],
    ['GET', '/jobs'],
    ['DELETE', '/jobs/4'],
    ['GET', '/status'],
    ['GET', '/backups'],
    ['GET', '/nowhere'],
  ];
  for (const [method, path, body] of doors) {
    expect([path, (await ask(method, path, body, null)).status]).toEqual([path, 401]);
    expect([path, (await ask(method, path, body, 'wrong')).json.code]).toEqual([path, 'access.token']);
    expect([path, (await ask(method, path, body, INGEST)).status]).toEqual([path, 403]);
  }
  expect([imports, filters, asked]).toEqual([[], [], []]);
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

test('dead letters are filtered by code and device and counted by code [limit admin.pageSize]', async () => {
  const { ask, filters } = await hub();
  const { json } = await ask('GET', '/dead-letters?code=envelope.json&device=mqtt:hall/1&before=12&limit=5');
  expect(json).toEqual({
    counts: { 'envelope.json': 1 },
    devices: [{ device: 'mqtt:hall/1', count: 7, link: '/admin/dead-letters?device=mqtt%3Ahall%2F1' }],
    nextLink: null,
    deadLetters: [
      {
        record: 9,
        at: '1970-01-01T00:00:01.000Z',
        source: 'chirpstack',
        device: null,
        code: 'envelope.json',
        detail: 'at 3',
        title: 'The message is not valid JSON',
        link: '/admin/dead-letters/9',
      },
    ],
  });
  const next = await ask('GET', '/dead-letters?source=chirpstack&from=1970-01-01T01:00:00%2B01:00&limit=1');
  expect((next.json as { nextLink?: string }).nextLink).toBe(
    '/admin/dead-letters?source=chirpstack&from=1970-01-01T01%3A00%3A00%2B01%3A00&limit=1&before=9',
  );
  expect(filters).toEqual([
    { code: 'envelope.json', device: 'mqtt:hall/1', limit: 5, before: 12 },
    { source: 'chirpstack', from: 0, limit: 1, before: null },
  ]);
});

test('a wrong, unknown or repeated parameter is an error, all of them at once [limit admin.maxPageSize]', async () => {
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
  expect((await ask('GET', '/backups')).json).toEqual({ folder: '/backups', backups: [] });
  const wrong = await ask('DELETE', '/devices/24e124785c421111');
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

test('one dead letter is told in full, by the number of its record', async () => {
  const { ask } = await hub();
  expect((await ask('GET', '/dead-letters/9')).json).toEqual({ record: 9, message: { kept: false } });
  expect((await ask('GET', '/dead-letters/10')).json).toEqual({
    code: 'notFound',
    detail: 'there is no dead letter of record 10',
  });
  expect((await ask('GET', '/dead-letters/x')).status).toBe(404);
  expect((await ask('POST', '/dead-letters/9', {})).status).toBe(405);
});

test('dead letters are decoded again by filter, by record or all, with the name of who asked [limit admin.requeueWaitMs]', async () => {
  const { ask, asked, waits } = await hub();
  const answer = await ask('POST', '/dead-letters/requeue?dryRun=true', { device: 'a', to: '1970-01-01T00:00:01Z' });
  expect([answer.status, answer.headers.get('location'), answer.json]).toEqual([
    202,
    '/admin/jobs/4',
    { id: 4, state: 'running', link: '/admin/jobs/4' },
  ]);
  await ask('POST', '/dead-letters/requeue', { records: [7, 3, 7] });
  await ask('POST', '/dead-letters/requeue', { all: true });
  expect(asked).toEqual([
    { requeue: { filter: { device: 'a', to: 1000 }, records: null }, dryRun: true, by: 'admin' },
    { requeue: { filter: {}, records: [3, 7] }, dryRun: false, by: 'admin' },
    { requeue: { filter: {}, records: null }, dryRun: false, by: 'admin' },
  ]);
  expect(waits).toEqual([5000, 5000, 5000]);
});

test('which dead letters are meant must be said, in one way, in known words [limit admin.namedRecords]', async () => {
  const { ask, asked } = await hub();
  const many = Array.from({ length: 10_001 }, (_, i) => i + 1);
  for (const wrong of [
    {},
    undefined,
    { devices: 'a' },
    { all: false },
    { all: true, device: 'a' },
    { records: [3], code: 'envelope.json' },
    { records: [] },
    { records: [0] },
    { records: many },
    { from: 'yesterday' },
    { code: 'nonsense' },
  ]) {
    const { status, json } = await ask('POST', '/dead-letters/requeue', wrong);
    expect([wrong, status, json.code]).toEqual([wrong, 400, 'request.body']);
  }
  expect((await ask('POST', '/dead-letters/requeue?dryRun=maybe', { all: true })).json.code).toBe('query.option');
  expect((await ask('POST', '/dead-letters/dismiss', { all: true })).json.detail).toContain('reason');
  expect(asked).toEqual([]);
});

test('dead letters are dismissed with a reason', async () => {
  const { ask, asked } = await hub();
  const body = { records: [9], reason: 'a test sender' };
  expect((await ask('POST', '/dead-letters/dismiss', body)).json).toEqual({ dismissed: 1, more: false });
  expect(asked).toEqual([{ dismiss: { filter: {}, records: [9] }, reason: 'a test sender', by: 'admin' }]);
});

test('decoding again begins a job, which is looked at and cancelled', async () => {
  const { ask, asked } = await hub();
  const begun = await ask('POST', '/decode-again', {
    model: 'dragino/lht65',
    from: '1970-01-01T00:00:01Z',
    dryRun: true,
  });
  expect([begun.status, begun.headers.get('location')]).toEqual([202, '/admin/jobs/4']);
  expect((await ask('GET', '/jobs')).json).toEqual({ jobs: [{ id: 4, state: 'running', link: '/admin/jobs/4' }] });
  expect((await ask('DELETE', '/jobs/4')).json).toMatchObject({ id: 4, state: 'cancelled' });
  expect((await ask('GET', '/jobs/5')).json).toEqual({ code: 'notFound', detail: 'there is no job 5' });
  expect((await ask('DELETE', '/jobs/x')).status).toBe(404);
  for (const wrong of [{}, { model: 'a', device: 'b' }, { datastream: 'x' }, { device: 'a', form: 'x' }])
    expect((await ask('POST', '/decode-again', wrong)).json.code).toBe('request.body');
  expect(asked).toEqual([{ again: { model: 'dragino/lht65', from: 1000 }, dryRun: true, by: 'admin' }, { cancel: 4 }]);
});

test('what is offered is told, and can be dismissed', async () => {
  const { ask } = await hub();
  expect((await ask('GET', '/decode-again/offers')).json).toEqual({ offers: [{ model: 'dragino/lht65' }] });
  const dismiss = (model: string) => ask('POST', '/decode-again/offers/dismiss', { model });
  expect((await dismiss('dragino/lht65')).json).toEqual({ dismissed: 'dragino/lht65' });
  expect((await dismiss('acme/none')).status).toBe(404);
});
