/** Requests that ordinary clients don't make, and their answers. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { queryOf } from './index.ts';
import { problemAt, router, serverStage } from './testing/index.ts';

const { hub, end, later } = serverStage();
afterEach(end);

function say(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('error', () => {});
    socket.on('data', (chunk) => (answer += chunk)).on('close', () => resolve(answer));
  });
}

describe('a target with scheme and host', () => {
  const about = router((request, response) => {
    response.json({
      host: request.headers.host,
      query: queryOf(request.originalUrl).get('a'),
      url: request.originalUrl,
    });
  });
  const routers = [{ path: '/a', router: about }];
  const ask = async (target: string, host = 'header.example') => {
    const { server } = await hub({}, { routers });
    const answer = await say(server.port, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    return { status: Number(head.split(' ')[1]), head, body: JSON.parse(body.replace(/^[0-9a-f]+\r\n/, '')) };
  };

  test.each([
    ['/a/x?a=1', 'header.example', '/a/x?a=1'],
    ['http://city.example:8080/a/x?a=1', 'city.example:8080', '/a/x?a=1'],
    ['HTTPS://[::1]:8080/a/x?a=1', '[::1]:8080', '/a/x?a=1'],
    ['/a/x?a=1&b=http://x:99999999/', 'header.example', '/a/x?a=1&b=http://x:99999999/'],
  ])('%s is answered as its path, with its own host', async (target, host, url) => {
    expect(await ask(target)).toMatchObject({ status: 200, body: { host, query: '1', url } });
  });

  test.each([
    'http://x:99999999/a/x',
    'http://[/a/x',
    'http:///a/x',
    'http://me:secret@city.example/a/x',
    'ftp://city.example/a/x',
  ])('%s is refused with a problem document', async (target) => {
    const { status, head, body } = await ask(target);
    expect([status, body.code]).toEqual([400, 'request.host']);
    expect(head).toContain('Content-Type: application/problem+json');
  });

  test('two slashes in front lead nowhere, and are no host', async () => {
    expect(await ask('//x:99999999/a/x?a=1')).toMatchObject({ status: 404, body: { code: 'notFound' } });
  });

  test('a WebSocket is found by it too', async () => {
    const paths: (string | undefined)[] = [];
    const handle = ({ url }: IncomingMessage, socket: { end(): void }) => {
      paths.push(url);
      socket.end();
    };
    const { server } = await hub({}, { upgrades: [{ path: '/live', handle }] });
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    await say(server.port, `GET http://city.example/live?a=1 HTTP/1.1\r\nHost: x\r\n${upgrade}`);
    expect(paths).toEqual(['/live?a=1']);
    expect(await say(server.port, `GET http://x:99999999/live HTTP/1.1\r\nHost: x\r\n${upgrade}`)).toContain(' 404 ');
    expect(paths).toHaveLength(1);
  });
});

describe('requests that a connection sends before the first is answered', () => {
  test('are answered one after the other, in their order', async () => {
    let under = 0;
    let most = 0;
    const slow = router((request, response) => {
      most = Math.max(most, ++under);
      setImmediate(() => {
        under--;
        response.json(request.query.n);
      });
    });
    const { server } = await hub({}, { routers: [{ path: '/a', router: slow }] });
    const requests = Array.from({ length: 10 }, (_, n) => {
      const last = n === 9 ? 'Connection: close\r\n' : '';
      return `GET /a/x?n=${n} HTTP/1.1\r\nHost: x\r\n${last}\r\n`;
    });
    const answer = await say(server.port, requests.join(''));
    expect([...answer.matchAll(/\r\n\r\n"(\d)"/g)].map(([, n]) => n).join('')).toBe('0123456789');
    expect(most).toBe(1);
  });

  test('are bounded: a connection that sends more is cut and counted [limit http.maxPipelined]', async () => {
    let begun = 0;
    const never = router(() => {
      begun++;
    });
    const { server, seen } = await hub({ maxPipelined: 5 }, { routers: [{ path: '/a', router: never }] });
    expect(await say(server.port, 'GET /a/x HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(200))).toBe('');
    expect(begun).toBe(1);
    const { text } = await seen.metrics();
    expect(text).toContain('stadtpegel_http_connections_refused_total{reason="pipeline"} 1');
  });
});

test('a range that the file does not have is 416 and says how long the file is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dist-'));
  later(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'index.html'), '<title>map</title>');
  const { url } = await hub({}, { statics: { folder } });
  const answer = await fetch(`${url}/`, { headers: { range: 'bytes=99999999999-' } });
  expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */18']);
  expect(await problemAt(answer)).toMatchObject({ status: 416, code: 'request.range' });
  const part = await fetch(`${url}/`, { headers: { range: 'bytes=0-6' } });
  expect([part.status, await part.text()]).toEqual([206, '<title>']);
});
