import { request } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { CodedError } from '../../services/model/index.ts';
import type { HttpServer } from './index.ts';
import { router, serverStage } from './testing/index.ts';

const { hub, end, later } = serverStage();
afterEach(end);

/** What the hub says to a connection that asks nothing; empty: nothing. */
function answerOf(port: number, host: string): Promise<string> {
  const socket = connect(port, host);
  let said = '';
  socket.on('data', (chunk) => {
    said += chunk;
  });
  socket.on('error', () => {});
  return new Promise((resolve) => socket.once('close', () => resolve(said)));
}

/** An address of this machine that is not loopback. */
function ownAddress(): string {
  const found = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal);
  if (found === undefined) throw new Error('this machine has no address but loopback');
  return found.address;
}

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

  test('a stop ends what does not end by itself [limit http.drainSeconds]', async () => {
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

  test('connections beyond the limit are refused and counted [limit http.maxConnections] [limit http.reservedConnections]', async () => {
    const { server, seen } = await hub({ maxConnections: 1, reservedConnections: 1 });
    const inside = [connect(server.port, '127.0.0.1'), connect(server.port, '127.0.0.1')];
    await Promise.all(inside.map((one) => new Promise((resolve) => one.once('connect', resolve))));
    const third = await answerOf(server.port, '127.0.0.1');
    expect(third).toMatch(/^HTTP\/1.1 503 Service Unavailable\r\nRetry-After: 10\r\n/);
    expect((await seen.metrics()).text).toContain('stadtpegel_http_connections_refused_total{reason="connections"} 1');
    inside[0]?.destroy();
    await expect.poll(async () => (await seen.metrics()).text).toContain('stadtpegel_http_connections 1');
    expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200);
    inside[1]?.destroy();
  });

  test('a flood from one address is refused, those of this machine and behind a proxy are not [limit http.maxConnectionsPerAddress]', async () => {
    const given = { host: '0.0.0.0', maxConnectionsPerAddress: 2 };
    const { server, seen } = await hub(given);
    const outside = ownAddress();
    const inside = [connect(server.port, outside), connect(server.port, outside)];
    await Promise.all(inside.map((one) => new Promise((resolve) => one.once('connect', resolve))));
    const answers = await Promise.all(Array.from({ length: 200 }, () => answerOf(server.port, outside)));
    expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 429 Too Many Requests')).length).toBeGreaterThan(50);
    // beyond a hundred at a time there is no word, only the end
    expect(answers.every((answer) => answer === '' || answer.includes('Retry-After: 10'))).toBe(true);
    expect((await seen.metrics()).text).toContain('stadtpegel_http_connections_refused_total{reason="address"} 200');
    for (let i = 0; i < 5; i++) expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200);
    for (const one of inside) one.destroy();

    const behind = await hub({ ...given, trustedProxies: 1 });
    const proxied = await Promise.all(
      Array.from({ length: 5 }, () => fetch(`http://${outside}:${behind.server.port}/healthz`)),
    );
    expect(proxied.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });

  test('a client that never ends its request head is cut off [limit http.headersSeconds]', async () => {
    const { server } = await hub({ headersSeconds: 0.2 });
    const slow = connect(server.port, '127.0.0.1');
    slow.on('error', () => {});
    slow.write('GET / HTTP/1.1\r\nHost: x\r\n');
    const head = await new Promise<string>((resolve) => slow.once('data', (chunk) => resolve(String(chunk))));
    expect(head).toContain('408');
    slow.destroy();
  });

  test('a client whose body trickles in is cut off when its time is over [limit http.requestSeconds]', async () => {
    const { server } = await hub({ headersSeconds: 0.2, requestSeconds: 0.4 }, { routers: [] });
    const slow = connect(server.port, '127.0.0.1');
    slow.on('error', () => {});
    slow.write('POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n');
    const closed = new Promise((resolve) => slow.once('close', resolve));
    slow.resume();
    const drip = setInterval(() => slow.write('x'), 20);
    await closed;
    clearInterval(drip);
  });

  test('a client that does not read its answer is cut off and counted, a slow one is not [limit http.stallSeconds]', async () => {
    const large = router((_req, res) => void res.end(Buffer.alloc(60_000_000, 'x')));
    const { server, seen } = await hub({ stallSeconds: 1.5 }, { routers: [{ path: '/a', router: large }] });
    const ask = () => {
      const socket = connect(server.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write('GET /a/x HTTP/1.1\r\nHost: x\r\n\r\n');
      return socket;
    };
    const slow = ask();
    let read = 0;
    let pauses = 0;
    const closed = new Promise<void>((resolve) => slow.once('close', () => resolve()));
    slow.on('data', (chunk) => {
      read += chunk.length;
      if (read > 60_000_000) slow.destroy();
      // more than two seconds in all, and never so long without a byte
      if (++pauses > 40) return;
      slow.pause();
      setTimeout(() => slow.resume(), 60);
    });
    await closed;
    expect(read).toBeGreaterThan(60_000_000);
    const stuck = ask();
    stuck.pause();
    await expect
      .poll(async () => (await seen.metrics()).text, { timeout: 10_000 })
      .toContain('stadtpegel_http_connections_stalled_total 1');
    stuck.destroy();
  });

  test('an idle connection is closed after its time [limit http.keepAliveSeconds]', async () => {
    const { server, seen } = await hub({ keepAliveSeconds: 0.05 });
    const idle = connect(server.port, '127.0.0.1');
    const closed = new Promise((resolve) => idle.once('close', resolve));
    idle.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    const answer = await new Promise<string>((resolve) => idle.once('data', (chunk) => resolve(String(chunk))));
    expect(answer).toContain('200 OK');
    await closed;
    expect((await seen.metrics()).text).toContain('stadtpegel_http_connections_stalled_total 0');
  });

  test('a head that is too large is refused [limit http.headerBytes]', async () => {
    const { url } = await hub({ headerBytes: 2000 });
    expect((await fetch(`${url}/healthz`, { headers: { x: 'x'.repeat(1000) } })).status).toBe(200);
    expect((await fetch(`${url}/healthz`, { headers: { x: 'x'.repeat(3000) } })).status).toBe(431);
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
