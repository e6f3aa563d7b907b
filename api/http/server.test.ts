import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type express from 'express';
import { Router } from 'express';
import { afterEach, describe, expect, test } from 'vitest';
import { CodedError, systemClock } from '../../services/model/index.ts';
import { telemetry, options as telemetryOptions } from '../../services/telemetry/index.ts';
import { type HttpServer, type HttpServerPorts, httpServer, options } from './index.ts';

const running: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

async function hub(given: Record<string, unknown> = {}, parts: Partial<HttpServerPorts> = {}) {
  const lines: string[] = [];
  const sink = { write: (line: string) => lines.push(line) };
  const seen = telemetry({ options: telemetryOptions.parse({ processMetrics: false }), clock: systemClock, sink });
  const server: HttpServer = httpServer({
    options: options.parse({ host: '127.0.0.1', port: 0, drainSeconds: 1, ...given }),
    telemetry: seen,
    routers: [],
    upgrades: [],
    statics: null,
    ...parts,
  });
  await server.start();
  running.push(() => server.stop());
  return { server, seen, lines, url: `http://127.0.0.1:${server.port}` };
}

function router(handler: express.RequestHandler): Router {
  const made = Router();
  made.all('/x', handler);
  return made;
}
const echo = router((req, res) => void res.json({ body: req.body ?? null }));
const post = (body: string | Uint8Array<ArrayBuffer>, type = 'application/json') => ({
  method: 'POST',
  headers: { 'content-type': type },
  body,
});
async function problemAt(answer: Response) {
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  return (await answer.json()) as { code: string; detail: string; status: number; type: string; title: string };
}

describe('what goes wrong is answered as a problem document', () => {
  test('an unknown path', async () => {
    const { url } = await hub();
    const answer = await fetch(`${url}/nowhere?x=1`);
    expect(answer.status).toBe(404);
    expect(await problemAt(answer)).toEqual({
      type: '/docs/errors#notFound',
      title: 'There is nothing here',
      status: 404,
      detail: 'GET /nowhere leads nowhere',
      message: 'GET /nowhere leads nowhere',
      code: 'notFound',
    });
  });

  test('a coded error of a router, thrown or rejected', async () => {
    const fail = router(async () => {
      throw new CodedError('query.syntax', 'at 7');
    });
    const { url } = await hub({}, { routers: [{ path: '/a', router: fail }] });
    expect(await problemAt(await fetch(`${url}/a/x`))).toMatchObject({
      code: 'query.syntax',
      status: 400,
      detail: 'at 7',
    });
  });

  test('a defect says nothing of its inside, and is logged and counted', async () => {
    const fail = router(() => {
      throw new TypeError('secret of the inside');
    });
    const { url, lines, seen } = await hub({}, { routers: [{ path: '/a', router: fail }] });
    const answer = await fetch(`${url}/a/x`);
    expect(answer.status).toBe(500);
    expect(JSON.stringify(await problemAt(answer))).not.toContain('secret');
    expect(lines.join('')).toContain('secret of the inside');
    expect((await seen.metrics()).text).toContain('stadtpegel_http_defects_total 1');
  });

  test('broken JSON names the position', async () => {
    const { url } = await hub({}, { routers: [{ path: '/a', router: echo, body: 'json' }] });
    const problem = await problemAt(await fetch(`${url}/a/x`, post('{"a": 1,, }')));
    expect(problem).toMatchObject({ code: 'request.json', status: 400 });
    expect(problem.detail).toMatch(/position 8/);
  });

  test('a body over the limit, announced or not, is refused with the limit while the client still sends', async () => {
    const { url } = await hub({ bodyBytes: 2000 }, { routers: [{ path: '/a', router: echo, body: 'json' }] });
    const big = `"${'x'.repeat(10 * 1024 ** 2)}"`;
    const announced = await problemAt(await fetch(`${url}/a/x`, post(big)));
    expect(announced).toMatchObject({ code: 'request.tooLarge', status: 413, detail: 'the limit is 2000 bytes' });
    const stream = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 100; i++) controller.enqueue(new TextEncoder().encode(big.slice(0, 100_000)));
        controller.close();
      },
    });
    const chunked = { ...post(''), body: stream, duplex: 'half' } as RequestInit;
    expect(await problemAt(await fetch(`${url}/a/x`, chunked))).toMatchObject({ code: 'request.tooLarge' });
    expect((await fetch(`${url}/a/x`, post('{}'))).status).toBe(200);
  });

  test('a compressed body counts with its full size', async () => {
    const { url } = await hub({ bodyBytes: 2000 }, { routers: [{ path: '/a', router: echo, body: 'json' }] });
    const { gzipSync } = await import('node:zlib');
    const bomb = new Uint8Array(gzipSync(`"${'x'.repeat(1024 ** 2)}"`));
    expect(bomb.length).toBeLessThan(2000);
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const answer = await fetch(`${url}/a/x`, { method: 'POST', headers, body: bomb });
    expect(await problemAt(answer)).toMatchObject({ code: 'request.tooLarge' });
  });

  test('a caller who is refused is refused before his body is read', async () => {
    const guard = () => {
      throw new CodedError('access.token', 'who are you?');
    };
    const { url } = await hub({}, { routers: [{ path: '/a', router: echo, body: 'json', guard }] });
    const answer = await fetch(`${url}/a/x`, post('{broken'));
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    expect(await problemAt(answer)).toMatchObject({ code: 'access.token', status: 401 });
  });

  test('another type than JSON, another charset than UTF-8, an unknown encoding', async () => {
    const { url } = await hub({}, { routers: [{ path: '/a', router: echo, body: 'json' }] });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=koi8-r']) {
      expect(await problemAt(await fetch(`${url}/a/x`, post('{}', type)))).toMatchObject({ code: 'request.mediaType' });
    }
    const headers = { 'content-type': 'application/json', 'content-encoding': 'zip' };
    const answer = await fetch(`${url}/a/x`, { method: 'POST', headers, body: '{}' });
    expect(await problemAt(answer)).toMatchObject({ code: 'request.mediaType' });
  });

  test('a path that cannot be decoded', async () => {
    const { url } = await hub({}, { routers: [{ path: '/a', router: Router().get('/:id', () => {}) }] });
    expect((await problemAt(await fetch(`${url}/a/%E0%A4%A`))).status).toBe(400);
  });

  test('an answer that breaks half way is cut, never ended as if it were whole', async () => {
    const half = router((_req, res, next) => {
      res.write('{"value":[');
      next(new Error('store gone'));
    });
    const { url } = await hub({}, { routers: [{ path: '/a', router: half }] });
    await expect(fetch(`${url}/a/x`).then((answer) => answer.text())).rejects.toThrow();
  });
});

describe('every answer protects browsers and lets open data be read', () => {
  test('reading is allowed to every web site, changing is not', async () => {
    const { url } = await hub({}, { routers: [{ path: '/a', router: echo }] });
    const read = await fetch(`${url}/a/x`);
    expect(read.headers.get('access-control-allow-origin')).toBe('*');
    const write = await fetch(`${url}/a/x`, { method: 'POST' });
    expect(write.headers.get('access-control-allow-origin')).toBeNull();
    const headers = { origin: 'https://other.example', 'access-control-request-method': 'POST' };
    const preflight = await fetch(`${url}/a/x`, { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toBe('GET, HEAD, OPTIONS');
  });

  test('changing is allowed to every web site where the option says so', async () => {
    const { url } = await hub({ corsWrites: true }, { routers: [{ path: '/a', router: echo }] });
    const foreign = { origin: 'https://other.example', 'sec-fetch-site': 'cross-site' };
    const write = await fetch(`${url}/a/x`, { method: 'POST', headers: foreign });
    expect([write.status, write.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    expect(write.headers.get('access-control-expose-headers')).toContain('Location');
    const headers = { origin: 'https://other.example', 'access-control-request-method': 'PATCH' };
    const preflight = await fetch(`${url}/a/x`, { method: 'OPTIONS', headers });
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH');
  });

  test('a page of another web site changes nothing, though its form needs no preflight', async () => {
    const { url } = await hub({}, { routers: [{ path: '/a', router: echo }] });
    const from = async (site: string, method = 'POST') =>
      (await fetch(`${url}/a/x`, { method, headers: { 'sec-fetch-site': site } })).status;
    expect([await from('cross-site'), await from('same-site')]).toEqual([403, 403]);
    expect([await from('same-origin'), await from('none'), await from('cross-site', 'GET')]).toEqual([200, 200, 200]);
  });

  test('those who write without a token are asked for one in the way they know; those who read never are', async () => {
    const refuse = router(() => {
      throw new CodedError('access.token', 'who are you?');
    });
    const mounts = [
      { path: '/a', router: refuse, basic: true },
      { path: '/b', router: refuse },
    ];
    const { url } = await hub({}, { routers: mounts });
    const asked = async (path: string, method: string) =>
      (await fetch(url + path, { method })).headers.get('www-authenticate');
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect(await asked('/a/x', method)).toBe('Basic realm="Stadtpegel", Bearer');
      expect(await asked('/b/x', method)).toBe('Bearer realm="Stadtpegel"');
    }
    for (const method of ['GET', 'HEAD', 'OPTIONS']) expect(await asked('/a/x', method)).not.toContain('Basic');
  });

  test('the policy allows the worker and the base map that is configured, and nothing else', async () => {
    const site = { baseMapStyle: 'https://maps.example/style.json', baseMapHosts: ['https://tiles.example/'] };
    const { url } = await hub({ site, frameAncestors: ['https://www.ulm.de'] });
    const policy = (await fetch(`${url}/healthz`)).headers.get('content-security-policy')!;
    expect(policy).toContain("worker-src 'self' blob:");
    expect(policy).toContain("connect-src 'self' https://maps.example https://tiles.example;");
    expect(policy).toContain("frame-ancestors 'self' https://www.ulm.de");
    expect(policy).toContain("script-src 'self';");
    const plain = await hub();
    expect((await fetch(`${plain.url}/healthz`)).headers.get('content-security-policy')).not.toContain('http');
  });

  test('a request id is made, or taken where it is harmless', async () => {
    const { url } = await hub();
    const id = async (given: string) =>
      (await fetch(url, { headers: { 'x-request-id': given } })).headers.get('x-request-id');
    expect(await id('abc-1')).toBe('abc-1');
    expect(await id('<script>')).toMatch(/^[0-9a-f-]{36}$/);
    const answer = await fetch(url);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('x-powered-by')).toBeNull();
  });
});

describe('pages of the hub about itself', () => {
  test('ready means that every part is', async () => {
    const { url, seen } = await hub();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    seen.health.register('store', () => ({ ok: false, detail: 'disk full' }));
    const answer = await fetch(`${url}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ ok: false, parts: { store: { ok: false, detail: 'disk full' } } });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('metrics come in the format of Prometheus and count the answers by route', async () => {
    const { url } = await hub({}, { routers: [{ path: '/a', router: echo }] });
    await fetch(`${url}/a/x`);
    await fetch(`${url}/a/absent`);
    const answer = await fetch(`${url}/metrics`);
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const text = await answer.text();
    expect(text).toContain('stadtpegel_http_requests_total{route="/a",status="200"} 1');
    expect(text).toContain('stadtpegel_http_requests_total{route="/a",status="404"} 1');
    const closed = await hub({ metrics: false });
    expect((await fetch(`${closed.url}/metrics`)).status).toBe(404);
  });

  test('the dashboards read name, languages, simulation and base map', async () => {
    const { url } = await hub({ site: { simulation: true, centre: [7.08, 51.17], zoom: 12 } });
    expect(await (await fetch(`${url}/config.json`)).json()).toEqual({
      name: 'Stadtpegel',
      languages: ['de', 'en'],
      simulation: true,
      baseMap: null,
      centre: [7.08, 51.17],
      zoom: 12,
    });
    const mapped = await hub({ site: { baseMapStyle: 'https://maps.example/style.json' } });
    expect(await (await fetch(`${mapped.url}/config.json`)).json()).toMatchObject({
      baseMap: { style: 'https://maps.example/style.json', attribution: '© GeoBasis-DE / BKG, CC BY 4.0' },
    });
  });

  test('dashboards are served, hashed files for ever, pages fresh, nothing outside the folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dist-'));
    running.push(() => rm(folder, { recursive: true }));
    await mkdir(join(folder, 'dist/assets'), { recursive: true });
    await writeFile(join(folder, 'dist/index.html'), '<title>map</title>');
    await writeFile(join(folder, 'dist/assets/index-DiwrgTda.js'), 'export {}');
    await writeFile(join(folder, 'dist/site-manifest.json'), '{}');
    await writeFile(join(folder, 'secret'), 'no');
    const { url } = await hub({}, { statics: { folder: join(folder, 'dist') } });
    const page = await fetch(`${url}/`);
    expect(await page.text()).toBe('<title>map</title>');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const asset = await fetch(`${url}/assets/index-DiwrgTda.js`);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-type')).toContain('javascript');
    expect((await fetch(`${url}/site-manifest.json`)).headers.get('cache-control')).toBe('no-cache');
    const outside = await new Promise((resolve) => {
      request(`${url}/`, { path: '/..%2fsecret' }, (answer) => resolve(answer.resume().statusCode)).end();
    });
    expect([400, 403, 404]).toContain(outside);
  });
});

describe('start, limits and stop', () => {
  test('a port in use is one clear line that names the option', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    running.push(() => new Promise((resolve) => other.close(resolve)));
    const { port } = other.address() as AddressInfo;
    await expect(hub({ port })).rejects.toMatchObject({
      message: `port ${port} on 127.0.0.1 is in use by another program; choose another with the option http.port`,
    });
  });

  test('an address of another machine names the option too', async () => {
    await expect(hub({ host: '192.0.2.1' })).rejects.toThrow('change the option http.host');
  });

  test('an answer under way is finished by a stop, although its connection is kept alive', async () => {
    const { promise: release, resolve } = Promise.withResolvers<void>();
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    const slow = router(async (_req, res) => {
      enter();
      await release;
      res.json({ ok: true });
    });
    const { server, url } = await hub(
      { drainSeconds: 20, keepAliveSeconds: 60 },
      { routers: [{ path: '/a', router: slow }] },
    );
    const answer = fetch(`${url}/a/x`);
    await entered;
    const before = performance.now();
    const stopped = server.stop();
    resolve();
    expect(await (await answer).json()).toEqual({ ok: true });
    await stopped;
    expect(performance.now() - before).toBeLessThan(10_000);
  });

  test('a stop ends what does not end by itself', async () => {
    const hangs = router((_req, res) => void res.write('…'));
    const taken: unknown[] = [];
    const upgrade = {
      path: '/raw',
      handle: (_r: unknown, socket: import('node:stream').Duplex) => {
        taken.push(socket);
        socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: raw\r\nConnection: Upgrade\r\n\r\n');
      },
    };
    const { server, url } = await hub(
      { drainSeconds: 0.05 },
      { routers: [{ path: '/a', router: hangs }], upgrades: [upgrade] },
    );
    const answer = await fetch(`${url}/a/x`);
    const raw = connect(server.port, '127.0.0.1');
    const closed = new Promise((resolve) => raw.once('close', resolve));
    raw.on('error', () => {});
    raw.write('GET /raw HTTP/1.1\r\nHost: x\r\nUpgrade: raw\r\nConnection: Upgrade\r\n\r\n');
    await new Promise((resolve) => raw.once('data', resolve));
    expect(taken).toHaveLength(1);
    await server.stop();
    await closed;
    await expect(answer.text()).rejects.toThrow();
    await server.stop();
  });

  test('an upgrade to a path that nobody owns, or that its owner refuses, is answered as a problem', async () => {
    const upgrade = {
      path: '/live',
      handle: () => {
        throw new CodedError('access.token', 'no');
      },
    };
    const { url } = await hub({}, { upgrades: [upgrade] });
    const ask = (path: string) =>
      new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
        const headers = { upgrade: 'websocket', connection: 'Upgrade' };
        const asked = request(`${url}${path}`, { headers }, (answer) => {
          let body = '';
          answer.on('data', (chunk) => (body += chunk)).on('end', () => resolve({ status: answer.statusCode, body }));
        });
        asked.on('error', reject).end();
      });
    expect((await ask('/nowhere')).status).toBe(404);
    const refused = await ask('/live?x=1');
    expect(refused.status).toBe(401);
    expect(JSON.parse(refused.body)).toMatchObject({ code: 'access.token', detail: 'no' });
  });

  test('connections beyond the limit are closed and counted', async () => {
    const { server, seen } = await hub({ maxConnections: 1 });
    const first = connect(server.port, '127.0.0.1');
    await new Promise((resolve) => first.once('connect', resolve));
    const second = connect(server.port, '127.0.0.1');
    second.on('error', () => {});
    await new Promise((resolve) => second.once('close', resolve));
    expect((await seen.metrics()).text).toContain('stadtpegel_http_connections_dropped_total 1');
    first.destroy();
  });

  test('a client that never ends its request head is cut off', async () => {
    const { server } = await hub({ headersSeconds: 0.2 });
    const slow = connect(server.port, '127.0.0.1');
    slow.on('error', () => {});
    slow.write('GET / HTTP/1.1\r\nHost: x\r\n');
    const head = await new Promise<string>((resolve) => slow.once('data', (chunk) => resolve(String(chunk))));
    expect(head).toContain('408');
    slow.destroy();
  });

  test("the caller's address is the proxy's word only where a proxy is trusted", async () => {
    const seen: string[] = [];
    const spy = (server: () => HttpServer) => router((req, res) => void res.json(seen.push(server().addressOf(req))));
    const headers = { 'x-forwarded-for': '1.1.1.1, 2.2.2.2' };
    const direct: { server: HttpServer; url: string } = await hub(
      {},
      { routers: [{ path: '/a', router: spy(() => direct.server) }] },
    );
    await fetch(`${direct.url}/a/x`, { headers });
    const behind: { server: HttpServer; url: string } = await hub(
      { trustedProxies: 1 },
      { routers: [{ path: '/a', router: spy(() => behind.server) }] },
    );
    await fetch(`${behind.url}/a/x`, { headers });
    expect(seen).toEqual(['127.0.0.1', '2.2.2.2']);
  });
});
