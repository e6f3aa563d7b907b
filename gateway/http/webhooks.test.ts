import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import express, { type ErrorRequestHandler } from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import type { Intake } from '../../services/journal/index.ts';
import { CodedError, type RawMessage } from '../../services/model/index.ts';
import { chirpstack, options as chirpstackOptions } from '../chirpstack/index.ts';
import { options as mqttOptions, mqttSource } from '../mqtt/index.ts';
import { thingsStack, options as thingsStackOptions } from '../things-stack/index.ts';
import { options, webhooks } from './index.ts';

const { mappings } = mqttOptions.parse({
  mappings: [{ topic: 'sensors/+site/+id', device: '{site}-{id}', values: { level: '.level' } }],
});
const sources = [
  chirpstack(chirpstackOptions.parse({})),
  thingsStack(thingsStackOptions.parse({})),
  mqttSource(mappings),
];

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Stands for the hub's own error handler. */
const problems: ErrorRequestHandler = (error, _request, response, _next) => {
  const code = error instanceof CodedError ? error.code : 'hub.internal';
  const status = error instanceof CodedError ? error.status : 500;
  response.status(status).json({ code, detail: error.message });
};

async function hub(given: Record<string, unknown> = {}, intake?: Intake) {
  const messages: RawMessage[] = [];
  const app = express();
  app.use(
    '/ingest',
    webhooks({
      sources,
      intake: intake ?? {
        accept(message, done) {
          messages.push(message);
          setImmediate(done, null);
        },
      },
      authorise: (request) => request.headers.authorization === 'Bearer right',
      options: options.parse(given),
      clock: { now: () => 1_000 },
    }),
  );
  app.use(problems);
  const server = createServer(app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ingest`;
  const post = async (path: string, body: string | Uint8Array<ArrayBuffer>, more: RequestInit = {}) => {
    const headers = { authorization: 'Bearer right', ...more.headers };
    const response = await fetch(`${base}${path}`, { method: 'POST', body, ...more, headers });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    };
  };
  return { messages, base, post };
}

const info = { deviceInfo: { devEui: '24e124136d123456' } };
const up = JSON.stringify({ deduplicationId: 'a', ...info, fPort: 1, data: 'AQI=' });

describe('a webhook', () => {
  it('keeps an event of ChirpStack as it came', async () => {
    const { messages, post } = await hub();
    expect(await post('/chirpstack?event=up', up)).toMatchObject({ status: 200, body: { accepted: true } });
    expect(messages).toEqual([
      { source: 'chirpstack', topic: 'http:?event=up', body: Buffer.from(up), receivedAt: 1000, delivery: 0 },
    ]);
    expect(sources[0]!.open(messages[0]!)).toMatchObject({ ok: true, events: [{ kind: 'up', identity: 'a' }] });
  });

  it('answers a repetition in the same way', async () => {
    const { messages, post } = await hub();
    for (let i = 0; i < 2; i++) expect((await post('/chirpstack?event=up', up)).status).toBe(200);
    expect(messages).toHaveLength(2);
  });

  it('finds the event of The Things Stack in the message, and keeps no other part of the address', async () => {
    const { messages, post } = await hub();
    const body = JSON.stringify({
      end_device_ids: { device_id: 'd', dev_eui: '70B3D57BA000156B' },
      join_accept: { session_key_id: 'AQ==' },
    });
    expect((await post('/things-stack?token=secret', body)).body).toEqual({ accepted: true });
    expect(messages[0]).toMatchObject({ source: 'things-stack', topic: 'http:' });
  });

  it('takes a body as if it was published on the topic of the address', async () => {
    const { messages, post } = await hub();
    expect((await post('/mqtt/sensors/creek/no%207', '{"level":1.5}')).status).toBe(200);
    expect(messages[0]).toMatchObject({ source: 'mqtt', topic: 'sensors/creek/no 7' });
    await post('/mqtt/application/a/device/24e124136d123456/event/up', up);
    expect(messages[1]).toMatchObject({ source: 'chirpstack' });
  });

  it('does not care for the content type, and unpacks', async () => {
    const { messages, post } = await hub();
    await post('/chirpstack?event=up', up, { headers: { 'content-type': 'text/plain; charset=latin1' } });
    await post('/chirpstack?event=up', Uint8Array.from(gzipSync(up)), { headers: { 'content-encoding': 'gzip' } });
    expect(messages.map(({ body }) => Buffer.from(body).toString())).toEqual([up, up]);
  });

  it.each([
    ['broken JSON', '/chirpstack?event=up', '{"a":', 'envelope.json'],
    ['no body', '/chirpstack?event=up', '', 'envelope.json'],
    ['wrong base64', '/chirpstack?event=up', up.replace('AQI=', 'AQI'), 'envelope.base64'],
    ['no event', '/chirpstack', up, 'envelope.topic'],
    ['a value beyond all numbers', '/mqtt/sensors/a/b', '{"level":1e400}', 'reading.notFinite'],
  ])('keeps a message with %s and says what is wrong', async (_name, path, body, code) => {
    const { messages, post } = await hub();
    expect(await post(path, body)).toMatchObject({ status: 200, body: { accepted: true, problem: { code } } });
    expect(messages).toHaveLength(1);
  });

  it.each([
    ['an unknown source', '/lorawan', 404, 'notFound'],
    ['no source', '/', 404, 'notFound'],
    ['the generic source without a topic', '/mqtt', 404, 'notFound'],
    ['a topic that no source claims', '/mqtt/other/topic', 404, 'notFound'],
    ['a topic with a wildcard', '/mqtt/sensors/+/7', 400, 'envelope.topic'],
    ['a broken escape', '/mqtt/sensors/%zz/7', 400, 'envelope.topic'],
  ])('refuses %s', async (_name, path, status, code) => {
    const { messages, post } = await hub();
    expect(await post(path, up)).toMatchObject({ status, body: { code } });
    expect(messages).toEqual([]);
  });

  it('wants a token before anything else', async () => {
    const { messages, post } = await hub();
    for (const path of ['/chirpstack?event=up', '/nowhere']) {
      const wrong = await post(path, up, { headers: { authorization: 'Bearer wrong' } });
      expect(wrong).toMatchObject({ status: 401, body: { code: 'access.token' } });
    }
    expect(messages).toEqual([]);
  });

  it('is called with POST', async () => {
    const { base } = await hub();
    const response = await fetch(`${base}/chirpstack`, { headers: { authorization: 'Bearer right' } });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  });

  it('refuses a body beyond the limit, also one that is packed small [limit webhooks.maxBodyBytes]', async () => {
    const { messages, post } = await hub({ maxBodyBytes: 10_000 });
    expect(await post('/chirpstack?event=up', 'x'.repeat(10_001))).toMatchObject({
      status: 413,
      body: { code: 'request.tooLarge', detail: 'the body may have 10000 bytes' },
    });
    const bomb = Uint8Array.from(gzipSync(Buffer.alloc(10_000_000)));
    expect(bomb.length).toBeLessThan(10_000);
    const packed = await post('/chirpstack?event=up', bomb, { headers: { 'content-encoding': 'gzip' } });
    expect(packed.status).toBe(413);
    expect(messages).toEqual([]);
  });

  it('answers only when the journal has the message on disk', async () => {
    let release: (() => void) | undefined;
    const { post } = await hub(
      {},
      {
        accept(_message, done) {
          release = () => done(null);
        },
      },
    );
    let answered = false;
    const answer = post('/chirpstack?event=up', up).then((response) => {
      answered = true;
      return response;
    });
    while (release === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    // A second request that needs no disk overtakes it.
    expect((await post('/nowhere', up)).status).toBe(404);
    expect(answered).toBe(false);
    release();
    expect((await answer).status).toBe(200);
  });

  it('answers 503 when the disk takes too long or refuses [limit webhooks.answerTimeoutMs]', async () => {
    const slow = await hub({ answerTimeoutMs: 100 }, { accept: () => {} });
    expect(await slow.post('/chirpstack?event=up', up)).toMatchObject({ status: 503, body: { code: 'hub.storage' } });
    const full = await hub({}, { accept: (_message, done) => done(new Error('disk full')) });
    expect(await full.post('/chirpstack?event=up', up)).toMatchObject({ status: 503, body: { code: 'hub.storage' } });
  });

  it('says what the journal can never take', async () => {
    const refuse = new CodedError('request.tooLarge', 'too large for the journal');
    const { post } = await hub({}, { accept: (_message, done) => done(refuse) });
    expect(await post('/chirpstack?event=up', up)).toMatchObject({ status: 413, body: { code: 'request.tooLarge' } });
  });

  it('answers 503 when too many wait for the disk [limit webhooks.maxPending]', async () => {
    const { post } = await hub({ maxPending: 1, answerTimeoutMs: 60_000 }, { accept: () => {} });
    // Two at one time: whichever comes second is sent away, the first one waits.
    const answer = await Promise.race([post('/chirpstack?event=up', up), post('/chirpstack?event=up', up)]);
    expect(answer).toMatchObject({ status: 503, body: { code: 'hub.busy' } });
  });
});
