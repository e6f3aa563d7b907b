import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ADMIN, ANONYMOUS, type Reader } from '../../services/access/index.ts';
import { inProcessBus } from '../../services/bus/index.ts';
import { CodedError, type LiveMessage, systemClock } from '../../services/model/index.ts';
import type { CatalogueReader } from '../../services/registry/index.ts';
import { telemetry, options as telemetryOptions } from '../../services/telemetry/index.ts';
import { live, options } from './index.ts';

const running: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});

interface Row {
  domain?: string;
  organisation?: string;
  visibility?: 'public' | 'organisation' | 'internal';
  at?: [number, number];
  value?: number;
}

/** A city of Datastreams 1, 2, …, each on a Thing and at a Location of the same id. */
function city(rows: Row[]) {
  const datastreams = new Map<number, unknown>();
  const things = new Map<number, unknown>();
  const locations = new Map<number, unknown>();
  const values = new Map<number, { t: number; result: number; quality: number }>();
  const reader = {
    revision: 1,
    set: (name: string) => ({ Datastreams: datastreams, Things: things, Locations: locations })[name],
  };
  const put = (id: number, { domain = 'water', organisation = 'ulm', visibility = 'public', at, value }: Row) => {
    datastreams.set(id, { id, thing: id, domain, organisation, visibility });
    things.set(id, { id, locations: at === undefined ? [] : [id] });
    if (at !== undefined) locations.set(id, { location: { type: 'Point', coordinates: at } });
    if (value !== undefined) values.set(id, { t: 1000, result: value, quality: 0 });
    reader.revision++;
  };
  rows.forEach((row, i) => {
    put(i + 1, row);
  });
  return {
    catalogue: reader as unknown as CatalogueReader,
    latest: { get: (id: number) => values.get(id) ?? null },
    put,
  };
}

async function hub(rows: Row[], given: Record<string, unknown> = {}) {
  const { catalogue, latest, put } = city(rows);
  const bus = inProcessBus({
    listenerFailed: (error) => {
      throw error;
    },
  });
  const seen = telemetry({
    options: telemetryOptions.parse({ processMetrics: false, level: 'silent' }),
    clock: systemClock,
    sink: { write() {} },
  });
  const readers: Record<string, Reader> = {
    'Bearer admin': ADMIN,
    'Bearer ulm': { kind: 'member', organisations: ['ulm'] },
  };
  const readerOf = ({ headers: { authorization } }: IncomingMessage) => {
    if (authorization === undefined) return ANONYMOUS;
    const reader = readers[authorization];
    if (reader === undefined) throw new CodedError('access.token', 'wrong');
    return reader;
  };
  const doors = live({
    bus,
    catalogue,
    latest: latest as never,
    clock: systemClock,
    telemetry: seen,
    options: options.parse({ closeSeconds: 0.2, ...given }),
    readerOf,
    addressOf: (request) => String(request.headers['x-from'] ?? request.socket.remoteAddress),
  });
  const app = express();
  app.use('/live', doors.router);
  const failed: ErrorRequestHandler = (error, _request, response, _next) => {
    response.status(error.status ?? 500).json({ code: error.code, detail: error.message });
  };
  app.use(failed);
  const server = createServer(app);
  server.on('upgrade', (request, socket, head) => {
    try {
      doors.upgrade.handle(request, socket, head);
    } catch (error) {
      const coded = error as CodedError;
      socket.end(`HTTP/1.1 ${coded.status} X\r\nConnection: close\r\n\r\n${coded.code}`);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  doors.start();
  running.push(async () => {
    await doors.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const publish = (...values: [number, unknown, number?][]) =>
    bus.publish(
      values.map(([datastream, result, quality = 0]) => ({
        datastream,
        result: result as number,
        quality,
        phenomenonTime: 2000,
        receivedAt: Date.now(),
      })),
    );
  const count = async (name: string) => {
    const line = (await seen.metrics()).text.split('\n').find((each) => each.startsWith(`stadtpegel_${name}`));
    return Number(line?.split(' ').at(-1));
  };
  return { port, bus, publish, put, doors, count, url: `ws://127.0.0.1:${port}/live` };
}

/** A real client that keeps its messages for the test to take one by one. */
function listen(url: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(url, { headers });
  running.push(() => socket.terminate());
  const messages: LiveMessage[] = [];
  const waiting: ((message: LiveMessage) => void)[] = [];
  socket.on('message', (data, binary) => {
    if (binary) throw new Error('binary');
    const message = JSON.parse(String(data)) as LiveMessage;
    const next = waiting.shift();
    if (next === undefined) messages.push(message);
    else next(message);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
  });
  const refused = new Promise<string>((resolve) => socket.on('error', (error) => resolve(error.message)));
  const next = () =>
    new Promise<LiveMessage>((resolve) => {
      const message = messages.shift();
      if (message === undefined) waiting.push(resolve);
      else resolve(message);
    });
  return { socket, next, closed, refused, messages };
}
const idsOf = (message: LiveMessage) =>
  'observations' in message ? message.observations.map((o) => o.datastream) : message;

describe('a WebSocket client', () => {
  test('gets a snapshot of the latest values, then values at once as they come', async () => {
    const { url, publish } = await hub([{ value: 7.5 }, {}]);
    const { next } = listen(url);
    expect(await next()).toEqual({
      type: 'snapshot',
      observations: [{ datastream: 1, phenomenonTime: '1970-01-01T00:00:01.000Z', result: 7.5 }],
    });
    publish([2, true, 1], [1, 'wet "today"']);
    expect(await next()).toEqual({
      type: 'observations',
      observations: [
        { datastream: 2, phenomenonTime: '1970-01-01T00:00:02.000Z', result: true, quality: ['implausible'] },
        { datastream: 1, phenomenonTime: '1970-01-01T00:00:02.000Z', result: 'wet "today"' },
      ],
    });
  });

  const rows: Row[] = [
    { domain: 'parking', organisation: 'ulm', at: [9.99, 48.4], value: 1 },
    { domain: 'water', organisation: 'ulm', at: [9.98, 48.39], value: 1 },
    { domain: 'parking', organisation: 'solingen', at: [7.08, 51.17], value: 1 },
    { domain: 'climate', organisation: 'solingen', value: 1 },
  ];
  for (const [query, expected] of [
    ['', [1, 2, 3, 4]],
    ['?domain=parking', [1, 3]],
    ['?domain=parking,climate', [1, 3, 4]],
    ['?domain=parking&domain=climate', [1, 3, 4]],
    ['?organisation=ulm', [1, 2]],
    ['?bbox=7,51,7.2,51.3', [3]],
    ['?bbox=179,-90,10,90', [1, 2, 3]],
    ['?datastream=4,2,99', [2, 4]],
    ['?domain=parking&organisation=ulm', [1]],
  ] as const) {
    test(`with ${query || 'no filter'} gets exactly what matches, in the snapshot and after it`, async () => {
      const { url, publish } = await hub(rows);
      const { next } = listen(`${url}${query}`);
      expect(idsOf(await next())).toEqual(expected);
      publish([1, 2], [2, 2], [3, 2], [4, 2], [99, 2]);
      expect(idsOf(await next())).toEqual(expected);
    });
  }

  test('changes its filter with a message and gets a new snapshot', async () => {
    const { url, publish } = await hub(rows);
    const { socket, next } = listen(`${url}?domain=water`);
    expect(idsOf(await next())).toEqual([2]);
    socket.send(JSON.stringify({ type: 'subscribe', filter: { domain: ['climate'] } }));
    expect(idsOf(await next())).toEqual([4]);
    publish([2, 2], [4, 2]);
    expect(idsOf(await next())).toEqual([4]);
  });

  test('is told what is wrong with its message and keeps its old filter', async () => {
    const { url, publish } = await hub(rows);
    const { socket, next } = listen(`${url}?domain=water`);
    await next();
    const cases: [string, string, RegExp][] = [
      ['{', 'request.json', /JSON/],
      ['[]', 'request.body', /expected object/],
      ['{"type":"publish","filter":{}}', 'request.body', /type/],
      ['{"type":"subscribe","filter":{"domian":["x"]}}', 'request.body', /filter: .*domian/],
      ['{"type":"subscribe","filter":{"domain":"water"}}', 'request.body', /filter\.domain/],
      ['{"type":"subscribe","filter":{"domain":[]}}', 'request.body', /filter\.domain/],
      ['{"type":"subscribe","filter":{"bbox":[1,2,3]}}', 'request.body', /filter\.bbox/],
      ['{"type":"subscribe","filter":{"bbox":[0,50,1,40]}}', 'request.body', /filter\.bbox: south/],
      ['{"type":"subscribe","filter":{"datastream":[1.5]}}', 'request.body', /filter\.datastream\[0\]/],
    ];
    for (const [message, code, detail] of cases) {
      socket.send(message);
      expect(await next()).toEqual({ type: 'error', code, detail: expect.stringMatching(detail) });
    }
    socket.send(Buffer.from('{}'), { binary: true });
    expect(await next()).toMatchObject({ type: 'error', code: 'request.body' });
    publish([1, 1], [2, 5]);
    expect(idsOf(await next())).toEqual([2]);
  });

  test('with a wrong filter in the address is told so and closed', async () => {
    const { url } = await hub(rows);
    for (const [query, detail] of [
      ['?bbox=a,b,c,d', /bbox/],
      ['?domian=x', /domian/],
      ['?datastream=', /datastream/],
    ] as const) {
      const { next, closed } = listen(`${url}${query}`);
      expect(await next()).toEqual({ type: 'error', code: 'query.option', detail: expect.stringMatching(detail) });
      expect(await closed).toMatchObject({ code: 1008, reason: expect.stringMatching(detail) });
    }
  });
});

describe('what a reader may not see does not exist for it', () => {
  const rows: Row[] = [
    { visibility: 'public', value: 1 },
    { visibility: 'organisation', value: 1 },
    { visibility: 'internal', value: 1 },
    { visibility: 'internal', organisation: 'solingen', value: 1 },
  ];
  for (const [name, headers, expected] of [
    ['nobody', {}, [1]],
    ['a member of Ulm', { authorization: 'Bearer ulm' }, [1, 2, 3]],
    ['the operator', { authorization: 'Bearer admin' }, [1, 2, 3, 4]],
    [
      'the operator by a page of another web site',
      { authorization: 'Bearer admin', origin: 'https://evil.example' },
      [1],
    ],
  ] as const) {
    test(`${name} sees Datastreams ${expected.join(', ')}, also when asking for all by their ids`, async () => {
      const { url, publish } = await hub(rows);
      for (const query of ['', '?datastream=1,2,3,4']) {
        const { next } = listen(`${url}${query}`, headers);
        expect(idsOf(await next())).toEqual(expected);
        publish([1, 2], [2, 2], [3, 2], [4, 2]);
        expect(idsOf(await next())).toEqual(expected);
      }
    });
  }

  test('readers with different rights and the same filter share nothing', async () => {
    const { url, publish } = await hub(rows);
    const operator = listen(url, { authorization: 'Bearer admin' });
    await operator.next();
    const nobody = listen(url);
    expect(idsOf(await nobody.next())).toEqual([1]);
    publish([3, 2], [1, 2]);
    expect(idsOf(await operator.next())).toEqual([3, 1]);
    expect(idsOf(await nobody.next())).toEqual([1]);
  });

  test('a withdrawn Datastream ends within running streams, a published one begins', async () => {
    const { url, publish, put } = await hub(rows);
    const { next } = listen(url);
    await next();
    publish([1, 2], [2, 2]);
    expect(idsOf(await next())).toEqual([1]);
    put(1, { visibility: 'internal' });
    put(2, { visibility: 'public' });
    publish([1, 3], [2, 3]);
    expect(idsOf(await next())).toEqual([2]);
    const later = listen(url);
    expect(idsOf(await later.next())).not.toContain(1);
  });

  test('a wrong token is refused before the connection stands', async () => {
    const { url } = await hub(rows);
    expect(await listen(url, { authorization: 'Bearer wrong' }).refused).toContain('401');
  });
});

describe('limits', () => {
  test('clients over the limits, in all and per address, are refused, and places become free again', async () => {
    const { url, count } = await hub([{}], { maxConnections: 2, maxPerAddress: 1 });
    const a = listen(url, { 'x-from': 'a' });
    await a.next();
    expect(await listen(url, { 'x-from': 'a' }).refused).toContain('503');
    const b = listen(url, { 'x-from': 'b' });
    await b.next();
    expect(await listen(url, { 'x-from': 'c' }).refused).toContain('503');
    expect(await count('live_clients')).toBe(2);
    a.socket.close();
    await a.closed;
    await expect.poll(() => count('live_clients')).toBe(1);
    await listen(url, { 'x-from': 'c' }).next();
  });

  test('a message over the limit ends the connection', async () => {
    const { url } = await hub([{}]);
    const { socket, next, closed } = listen(url);
    await next();
    socket.send(JSON.stringify({ type: 'subscribe', filter: {}, x: 'x'.repeat(17_000) }));
    expect(await closed).toMatchObject({ code: 1009 });
  });

  test('a client that talks too much is closed', async () => {
    const { url, count } = await hub([{}], { messagesPerMinute: 3 });
    const { socket, closed } = listen(url);
    await new Promise((resolve) => socket.once('open', resolve));
    for (let i = 0; i < 10; i++) socket.send('{"type":"subscribe","filter":{}}');
    expect(await closed).toMatchObject({ code: 1008 });
    expect(await count('live_clients_cut_total{reason="messages"}')).toBeGreaterThan(0);
  });

  test('a client that stops reading is held at a bound, cut after its time, and disturbs no other', async () => {
    const { url, publish, count, port } = await hub([{}, {}], {
      slowSeconds: 0.5,
      leastBytesPerSecond: 10 ** 9,
    });
    const quick = listen(url);
    await quick.next();
    const slow = connect(port, '127.0.0.1');
    slow.on('error', () => {});
    const closed = new Promise((resolve) => slow.once('close', resolve));
    const key = 'dGhlIHNhbXBsZSBub25jZQ==';
    slow.write(
      `GET /live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    await new Promise((resolve) => slow.once('data', resolve));
    slow.pause();
    const text = 'x'.repeat(20_000);
    let published = 0;
    let unsent = 0;
    const deadline = Date.now() + 20_000;
    while ((await count('live_clients_cut_total{reason="time"}')) !== 1 && Date.now() < deadline) {
      for (let i = 0; i < 5; i++) publish([1, `${published++}${text}`]);
      expect(idsOf(await quick.next())).toEqual([1]);
      for (let i = 1; i < 5; i++) await quick.next();
      unsent = Math.max(unsent, await count('live_unsent_bytes'));
    }
    expect(await count('live_clients_cut_total{reason="time"}')).toBe(1);
    expect(await count('live_values_replaced_total')).toBeGreaterThan(0);
    expect(published * text.length).toBeGreaterThan(8 * 512 * 1024);
    expect(unsent).toBeGreaterThan(0);
    expect(unsent).toBeLessThan(512 * 1024 + 3 * text.length);
    slow.resume();
    await closed;
  });

  test('a client that does not answer pings is cut', async () => {
    const { url, count } = await hub([{}], { pingSeconds: 0.05 });
    const mute = new WebSocket(url, { autoPong: false });
    running.push(() => mute.terminate());
    const closed = new Promise((resolve) => mute.once('close', resolve));
    const well = listen(url);
    await well.next();
    await closed;
    expect(await count('live_clients_cut_total{reason="ping"}')).toBe(1);
    expect(well.socket.readyState).toBe(WebSocket.OPEN);
  });
});

test('without clients nobody listens on the bus, and the last one to leave takes its view away', async () => {
  const { url, bus } = await hub([{}]);
  expect(bus.listening).toBe(false);
  const { socket, next, closed } = listen(url);
  await next();
  expect(bus.listening).toBe(true);
  socket.close();
  await closed;
  await expect.poll(() => bus.listening).toBe(false);
});

test('a client that comes while values flow misses none of them', async () => {
  const { url, publish } = await hub([{ value: 0 }]);
  const first = listen(url);
  await first.next();
  publish([1, 41]);
  const second = listen(url);
  expect(idsOf(await second.next())).toEqual([1]);
  expect(await second.next()).toMatchObject({ observations: [{ result: 41 }] });
  publish([1, 42]);
  expect(await second.next()).toMatchObject({ observations: [{ result: 42 }] });
});

test('when the hub stops every client is told', async () => {
  const { url, doors } = await hub([{}]);
  const { next, closed } = listen(url);
  await next();
  await doors.stop();
  expect(await closed).toEqual({ code: 1001, reason: 'the hub stops' });
});

describe('server-sent events', () => {
  async function* eventsOf(answer: Response) {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body!) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const event = text.slice(0, end);
        text = text.slice(end + 2);
        if (event.startsWith('data: ')) yield JSON.parse(event.slice(6)) as LiveMessage;
      }
    }
  }
  const open = async (port: number, query = '', headers: Record<string, string> = {}) => {
    const answer = await fetch(`http://127.0.0.1:${port}/live/events${query}`, { headers });
    return { answer, events: eventsOf(answer) };
  };

  test('carry the same messages, filters and rights as the WebSocket', async () => {
    const { port, publish } = await hub([
      { value: 1 },
      { visibility: 'internal', value: 2 },
      { domain: 'waste', value: 3 },
    ]);
    const { answer, events } = await open(port, '?domain=water');
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    expect(idsOf((await events.next()).value!)).toEqual([1]);
    publish([1, 'line\nbreak'], [2, 9], [3, 9]);
    expect((await events.next()).value).toMatchObject({
      type: 'observations',
      observations: [{ datastream: 1, result: 'line\nbreak' }],
    });
    await events.return();
    const operator = await open(port, '', { authorization: 'Bearer admin' });
    expect(idsOf((await operator.events.next()).value!)).toEqual([1, 2, 3]);
    await operator.events.return();
  });

  test('refuse a wrong filter, a wrong token and one client too many', async () => {
    const { port, count } = await hub([{}], { maxConnections: 1 });
    expect((await open(port, '?bbox=1')).answer.status).toBe(400);
    expect((await open(port, '', { authorization: 'Bearer wrong' })).answer.status).toBe(401);
    const { answer, events } = await open(port);
    await events.next();
    expect((await open(port)).answer.status).toBe(503);
    await events.return();
    expect(answer.ok).toBe(true);
    await expect.poll(() => count('live_clients')).toBe(0);
  });

  test('keep quiet streams open with comments', async () => {
    const { port } = await hub([{}], { pingSeconds: 0.05 });
    const { answer } = await open(port);
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of answer.body!) {
      text += decoder.decode(chunk as Uint8Array);
      if (text.includes(': ping\n\n')) break;
    }
    expect(text).toContain(': ping\n\n');
  });

  test('end when the hub stops', async () => {
    const { port, doors } = await hub([{}]);
    const { events } = await open(port);
    await events.next();
    await doors.stop();
    expect((await events.next()).done).toBe(true);
  });
});
