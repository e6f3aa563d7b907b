import { Router } from 'express';
import { afterEach, describe, expect, test } from 'vitest';
import { CodedError } from '../../services/model/index.ts';
import { echo, problemAt, router, serverStage } from './testing/index.ts';

const { hub, end } = serverStage();
afterEach(end);

const post = (body: string | Uint8Array<ArrayBuffer>, type = 'application/json') => ({
  method: 'POST',
  headers: { 'content-type': type },
  body,
});

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

  test('a body over the limit, announced or not, is refused with the limit while the client still sends [limit http.bodyBytes]', async () => {
    const { url } = await hub({ bodyBytes: 2000 }, { routers: [{ path: '/a', router: echo, body: 'json' }] });
    const big = `"${'x'.repeat(10 * 1024 ** 2)}"`;
    const announced = await problemAt(await fetch(`${url}/a/x`, post(big)));
    expect(announced).toMatchObject({
      code: 'request.tooLarge',
      status: 413,
      detail: 'the limit is 2000 bytes (http.bodyBytes)',
    });
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
