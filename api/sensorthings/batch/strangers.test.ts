/** Batches of strangers: slow bodies, answers that nobody reads. */
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Options } from '../options.ts';
import { thingBody, type WritableApi, writable } from '../testing/index.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function city(options: Partial<Options> = {}): Promise<WritableApi> {
  const api = await writable(options);
  stops.push(() => api.stop());
  return api;
}

/** A stranger's POST to $batch whose head and `body` are sent; what comes back, when the hub has closed. */
function begin(api: WritableApi, head: string, body: string): { socket: Socket; closed: Promise<string> } {
  const { port } = new URL(api.root);
  const socket = connect(Number(port), '127.0.0.1');
  stops.push(() => socket.destroy());
  socket.on('error', () => {});
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk));
  socket.write(`POST /v1.1/$batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${head}\r\n\r\n${body}`);
  return { socket, closed: new Promise((resolve) => socket.once('close', () => resolve(answer))) };
}
const slow = (api: WritableApi, body = '{') =>
  begin(api, 'Transfer-Encoding: chunked', `${body.length.toString(16)}\r\n${body}\r\n`);
const reading = { requests: [{ id: '1', method: 'get', url: 'Things' }] };

test('whose bodies trickle in hold up neither writes nor the queries of their address, and are ended [limit sensorthings.batchReadSeconds]', async () => {
  const api = await city({ batchReadSeconds: 0.5, writeBytes: 5_000_000, maxQueries: 4, maxQueriesPerAddress: 4 });
  const all = Array.from({ length: 10 }, () => slow(api));
  expect((await api.send('POST', '/Things', thingBody('new'))).status).toBe(201);
  expect((await api.get('/Things', 'anonymous')).status).toBe(200);
  expect((await api.send('POST', '/$batch', reading, { as: 'anonymous' })).status).toBe(200);
  for (const { closed } of all) {
    const answer = await closed;
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('sensorthings.batchReadSeconds');
  }
});

test('have little room for their bodies, counted as they come [limit sensorthings.batchReadBytes] [limit sensorthings.batchReadRoom]', async () => {
  const api = await city({ batchReadRoom: 20_000, batchReadBytes: 15_000 });
  expect((await api.send('POST', '/$batch', ' '.repeat(15_001), { as: 'anonymous' })).status).toBe(413);
  const first = slow(api, ' '.repeat(14_000));
  const second = slow(api, ' '.repeat(14_000));
  expect(await Promise.race([first.closed, second.closed])).toMatch(/^HTTP\/1.1 503 /);
  expect((await api.send('POST', '/$batch', { requests: [] })).body).toEqual({ responses: [] });
  first.socket.destroy();
  second.socket.destroy();
});

test('who do not read their answers are cut off, and what they hold is bounded over all of them [limit sensorthings.stallSeconds] [limit sensorthings.batchAnswerBytes]', async () => {
  const api = await city({ stallSeconds: 0.5, batchAnswerBytes: 8_000_000 });
  for (let i = 0; i < 20; i++) await api.create('/Things', { ...thingBody(`t${i}`), description: 'x'.repeat(100_000) });
  const requests = Array.from({ length: 1000 }, (_, i) => ({ id: String(i), method: 'get', url: 'Things' }));
  const body = JSON.stringify({ requests });
  const admin = `x-as: admin\r\nContent-Length: ${body.length}`;
  const all = Array.from({ length: 12 }, () => {
    const one = begin(api, admin, body);
    one.socket.pause();
    return one;
  });
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  const before = process.memoryUsage().rss;
  // a paused socket does not see its end
  const open = async () => (await api.get('/Things(1)?$select=name', 'admin')).status;
  const deadline = Date.now() + 2500;
  while (Date.now() < deadline) expect(await open()).toBe(200);
  clearInterval(watch);
  for (const { socket } of all) socket.resume();
  const texts = await Promise.all(all.map(({ closed }) => closed));
  for (const text of texts) expect(text.length).toBeLessThan(60_000_000);
  expect(texts.some((text) => text.includes('"status":200'))).toBe(true);
  // twelve answers of 2 MB × 32 each would have been kept
  expect(most - before).toBeLessThan(450_000_000);
});

test('a part beyond what all answers may hold is answered with 503, and smaller ones still come', async () => {
  const api = await city({ batchAnswerBytes: 50_000 });
  await api.create('/Things', { ...thingBody('large'), description: 'x'.repeat(60_000) });
  const requests = ['Things', 'Things?$select=name', 'Things', 'Things?$select=name'].map((url, i) => ({
    id: String(i),
    method: 'get',
    url,
  }));
  const { body } = await api.send('POST', '/$batch', { requests });
  expect(body.responses.map(({ status }: { status: number }) => status)).toEqual([503, 200, 503, 200]);
});

test('addresses of a batch are bounded together [limit sensorthings.batchUrlsLength]', async () => {
  const api = await city({ batchUrlsLength: 100 });
  const requests = Array.from({ length: 5 }, (_, i) => ({
    id: String(i),
    method: 'get',
    url: `Things?x=${'x'.repeat(21)}`,
  }));
  const { body } = await api.send('POST', '/$batch', { requests });
  expect(body.responses.map(({ status }: { status: number }) => status)).toEqual([200, 200, 200, 400, 400]);
  expect(body.responses[3].body.detail).toContain('sensorthings.batchUrlsLength');
});

test('a batch in a batch is refused where it stands, however it is written', async () => {
  const api = await city();
  const requests = ['$batch', '/v1.1/$batch', '%24batch', '$BATCH/', '%24%62atch', `${api.root}/$batch?x=1`].map(
    (url, i) => ({ id: String(i), method: 'post', url, body: reading }),
  );
  const { body } = await api.send('POST', '/$batch', {
    requests: [...requests, ...reading.requests.map((one) => ({ ...one, id: 'last' }))],
  });
  const states: number[] = body.responses.map(({ status }: { status: number }) => status);
  expect(states.pop()).toBe(200);
  for (const status of states) expect([400, 404, 405]).toContain(status);
});

test('one long address is refused, and the others are answered [limit sensorthings.batchUrlLength]', async () => {
  const api = await city({ batchUrlLength: 30 });
  const requests = [20, 40].map((length, i) => ({
    id: String(i),
    method: 'get',
    url: `Things?x=${'x'.repeat(length)}`,
  }));
  const { body } = await api.send('POST', '/$batch', { requests });
  expect(body.responses.map(({ status }: { status: number }) => status)).toEqual([200, 400]);
  expect(body.responses[1].body.detail).toContain('longer than 30 characters');
});
