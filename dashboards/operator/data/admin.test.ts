import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Admin, type AdminError } from './admin.ts';
import { DEFAULTS } from './options.ts';
import { forgetToken, keepToken, keptToken } from './token.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

let server: Server;
let base: URL;
let asked: { method: string; url: string; token: string | undefined; body: unknown }[];
let answer: Answer;
let refused: AdminError[];

beforeEach(async () => {
  asked = [];
  refused = [];
  answer = { status: 200, body: '{}' };
  server = createServer(async (request, response) => {
    const text = await bodyOf(request);
    const { method = '', url = '', headers } = request;
    asked.push({ method, url, token: headers.authorization, body: text === '' ? null : JSON.parse(text) });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hub/`);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += part;
  return text;
}

const admin = (options = DEFAULTS) => new Admin(base, 'the-token', options, (error) => refused.push(error));
const failure = (work: Promise<unknown>): Promise<AdminError> =>
  work.then(
    () => expect.unreachable(),
    (error) => error as AdminError,
  );

test('the token goes into the header, never into the address, also where the hub lives under a path', async () => {
  await admin().letters({ code: 'device.unknown', device: 'mqtt:a b' }, '12');
  expect(asked).toEqual([
    {
      method: 'GET',
      url: '/hub/admin/dead-letters?code=device.unknown&device=mqtt%3Aa+b&limit=25&before=12',
      token: 'Bearer the-token',
      body: null,
    },
  ]);
});

test('lists of orders are read page by page', async () => {
  const pages: Record<string, { freezes: object[]; nextLink: string | null }> = {
    '/hub/admin/freezes': { freezes: [{ id: 'c' }, { id: 'b' }], nextLink: '/admin/freezes?limit=2&before=b' },
    '/hub/admin/freezes?limit=2&before=b': { freezes: [{ id: 'a' }], nextLink: null },
  };
  server.prependListener('request', ({ url = '' }) => {
    answer = { status: 200, body: JSON.stringify(pages[url] ?? {}) };
  });
  expect((await admin().freezes()).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
});

test('orders of people go out as the API takes them', async () => {
  const hub = admin();
  await hub.requeue({ records: [3] }, true);
  await hub.requeue({ all: true }, false);
  await hub.dismiss({ device: 'a' }, 'a test sender');
  await hub.decodeAgain({ model: 'a/b' }, true);
  await hub.lift('1-2', 'over & done');
  await hub.freeze({ all: true, reason: 'storm' });
  expect(asked.map(({ method, url, body }) => [method, url.replace('/hub/admin/', ''), body])).toEqual([
    ['POST', 'dead-letters/requeue?dryRun=true', { records: [3] }],
    ['POST', 'dead-letters/requeue?dryRun=false', { all: true }],
    ['POST', 'dead-letters/dismiss', { device: 'a', reason: 'a test sender' }],
    ['POST', 'decode-again', { model: 'a/b', dryRun: true }],
    ['DELETE', 'freezes/1-2?reason=over+%26+done', null],
    ['POST', 'freezes', { all: true, reason: 'storm' }],
  ]);
});

test('what the hub refuses comes with its code and its words', async () => {
  answer = { status: 409, body: JSON.stringify({ code: 'request.conflict', detail: 'job 4 is under way' }) };
  expect(await failure(admin().beginBackup())).toMatchObject({
    status: 409,
    code: 'request.conflict',
    message: 'job 4 is under way',
  });
  expect(refused).toEqual([]);
});

test('what a proxy says is no code of the hub', async () => {
  answer = { status: 502, body: '<h1>Bad Gateway</h1>' };
  expect(await failure(admin().status())).toMatchObject({ status: 502, code: null, message: '502 Bad Gateway' });
  answer = { status: 400, body: JSON.stringify({ code: 'toString', detail: 'x' }) };
  expect(await failure(admin().status())).toMatchObject({ status: 400, code: null, message: 'x' });
  answer = { status: 200, body: '<h1>Log in</h1>' };
  expect(await failure(admin().status())).toMatchObject({ status: 0, code: null });
});

test.each([401, 403])('a token that is refused with %i is told to whoever holds it', async (status) => {
  answer = { status, body: JSON.stringify({ code: 'access.token', detail: 'this token is not known here' }) };
  await failure(admin().status());
  expect(refused).toMatchObject([{ status, code: 'access.token' }]);
});

test('a token that no header can carry is a wrong one, not a hub that does not answer', async () => {
  expect(await failure(new Admin(base, 'sp_admin_…', DEFAULTS).status())).toMatchObject({ status: 401 });
  expect(asked).toEqual([]);
});

test('a hub that does not answer, or not in time, is no answer', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const there = new URL(`http://127.0.0.1:${(silent.address() as AddressInfo).port}/`);
  const slow = new Admin(there, 't', { ...DEFAULTS, timeout: 50 });
  expect(await failure(slow.status())).toMatchObject({ status: 0, code: null });
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
  expect(await failure(slow.status())).toMatchObject({ status: 0, code: null });
});

test('the name of what is to be erased is asked for, and nobody of this name is no failure', async () => {
  answer = { status: 200, body: JSON.stringify({ name: 'Pegel Burg' }) };
  expect(await admin().nameOf({ device: 'mqtt:w/1', reason: '' })).toBe('Pegel Burg');
  expect(await admin().nameOf({ thing: 4, reason: '' })).toBe('Pegel Burg');
  expect(await admin().nameOf({ datastreams: [7], reason: '' })).toBe('Pegel Burg');
  expect(asked.map(({ url }) => url)).toEqual([
    '/hub/admin/devices/mqtt%3Aw%2F1',
    '/hub/v1.1/Things(4)?$select=name',
    '/hub/v1.1/Datastreams(7)?$select=name',
  ]);
  answer = { status: 404, body: JSON.stringify({ code: 'notFound', detail: 'x' }) };
  expect(await admin().nameOf({ device: 'a', reason: '' })).toBeNull();
  answer = { status: 503, body: JSON.stringify({ code: 'hub.busy', detail: 'x' }) };
  expect(await failure(admin().nameOf({ device: 'a', reason: '' }))).toMatchObject({ code: 'hub.busy' });
});

test('the receipt comes byte for byte, with its checksum', async () => {
  answer = { status: 200, body: '{ "receipt": 1 }\n', headers: { 'X-SHA256': 'abc' } };
  expect(await admin().receipt('1')).toEqual({ text: '{ "receipt": 1 }\n', sha256: 'abc' });
});

test('the token stays in the storage that it was given, until it is forgotten', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  expect(keptToken(storage)).toBeNull();
  keepToken(storage, 'x');
  expect(keptToken(storage)).toBe('x');
  forgetToken(storage);
  expect([keptToken(storage), kept.size]).toEqual([null, 0]);
});
