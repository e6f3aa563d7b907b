import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { idsOf, liveStage } from './testing/index.ts';

const { hub, listen, end, later } = liveStage();
afterEach(end);

describe('limits', () => {
  test('clients over the limits, in all and per address, are refused, and places become free again [limit live.maxConnections] [limit live.maxPerAddress]', async () => {
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

  test('a message over the limit ends the connection [limit live.messageBytes]', async () => {
    const { url } = await hub([{}]);
    const { socket, next, closed } = listen(url);
    await next();
    socket.send(JSON.stringify({ type: 'subscribe', filter: {}, x: 'x'.repeat(17_000) }));
    expect(await closed).toMatchObject({ code: 1009 });
  });

  test('a client that talks too much is closed [limit live.messagesPerMinute]', async () => {
    const { url, count } = await hub([{}], { messagesPerMinute: 3 });
    const { socket, closed } = listen(url);
    await new Promise((resolve) => socket.once('open', resolve));
    for (let i = 0; i < 10; i++) socket.send('{"type":"subscribe","filter":{}}');
    expect(await closed).toMatchObject({ code: 1008 });
    expect(await count('live_clients_cut_total{reason="messages"}')).toBeGreaterThan(0);
  });

  test('a client that stops reading is held at a bound, cut after its time, and disturbs no other [limit live.keepLatestBytes] [limit live.slowSeconds]', async () => {
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

  test.each([
    [
      'a WebSocket',
      '/live',
      'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
    ],
    ['server-sent events', '/live/events', ''],
  ])(
    'one that does not read, over %s, leaves the latency of one that reads as it was, and is told what it missed',
    async (_name, path, headers) => {
      const { url, publish, count, port } = await hub([{}], { slowSeconds: 600, keepLatestBytes: 65_536 });
      const quick = listen(url);
      await quick.next();
      const text = 'x'.repeat(20_000);
      let number = 0;
      /** Milliseconds from publishing until it is heard, of so many values, the one in the middle: others use this machine too. */
      const latency = async (rounds: number) => {
        const times: number[] = [];
        for (let i = 0; i < rounds; i++) {
          const began = performance.now();
          publish([1, `${number++}${text}`]);
          await quick.next();
          times.push(performance.now() - began);
        }
        return times.sort((a, b) => a - b)[rounds >> 1] as number;
      };
      await latency(50);
      const alone = await latency(200);
      const slow: Socket = connect(port, '127.0.0.1');
      later(() => slow.destroy());
      slow.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
      await new Promise((resolve) => slow.once('data', resolve));
      slow.pause();
      let most = 0;
      let beside = 0;
      while ((await count('live_values_replaced_total')) < 500) {
        beside = Math.max(beside, await latency(100));
        most = Math.max(most, await count('live_unsent_bytes'));
        expect(number).toBeLessThan(5000);
      }
      expect(beside).toBeLessThan(alone * 5 + 20);
      expect(most).toBeLessThan(65_536 + 3 * text.length);
      // it reads again: the rest of what was under way, then the latest value with how many it has missed
      const replaced = await count('live_values_replaced_total');
      let heard = '';
      slow.on('data', (chunk) => {
        heard = (heard + String(chunk)).slice(-100_000);
      });
      slow.resume();
      await expect.poll(() => /"skipped":(\d+)/.exec(heard)?.[1], { timeout: 10_000 }).toBe(String(replaced));
      expect(heard).toContain(`"result":"${number - 1}xxx`);
    },
  );

  test('a client that does not answer pings is cut [limit live.pingSeconds]', async () => {
    const { url, count } = await hub([{}], { pingSeconds: 0.05 });
    const mute = new WebSocket(url, { autoPong: false });
    later(() => mute.terminate());
    const closed = new Promise((resolve) => mute.once('close', resolve));
    const well = listen(url);
    await well.next();
    await closed;
    expect(await count('live_clients_cut_total{reason="ping"}')).toBe(1);
    expect(well.socket.readyState).toBe(WebSocket.OPEN);
  });
});
