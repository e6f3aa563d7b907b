import { request } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { CodedError } from '../../services/model/index.ts';
import type { HttpServer } from './index.ts';
import { router, serverStage } from './testing/index.ts';

const { hub, end, later } = serverStage();
afterEach(end);

describe('start, limits and stop', () => {
  test('a port in use is one clear line that names the option', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    later(() => new Promise((resolve) => other.close(resolve)));
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
