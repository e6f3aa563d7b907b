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

  test('joins and new filters of one address have a rate, others have theirs [limit live.joinsPerMinute]', async () => {
    const { url } = await hub([{}], { joinsPerMinute: 3 });
    const a = listen(url, { 'x-from': '2001:db8::1' });
    await a.next();
    a.socket.send('{"type":"subscribe","filter":{}}');
    expect(await a.next()).toMatchObject({ type: 'snapshot' });
    await listen(url, { 'x-from': '2001:db8::2' }).next();
    a.socket.send('{"type":"subscribe","filter":{"domain":["waste"]}}');
    expect(await a.next()).toMatchObject({ type: 'error', code: 'hub.busy' });
    expect(await listen(url, { 'x-from': '2001:db8::3' }).refused).toContain('503');
    await listen(url, { 'x-from': '10.0.0.1' }).next();
  });

  test('an answer to a wrong message names the first problems and is short', async () => {
    const { url } = await hub([{}]);
    const { socket, next } = listen(url);
    await next();
    const datastream = Array.from({ length: 7000 }, () => 0);
    socket.send(JSON.stringify({ type: 'subscribe', filter: { datastream } }));
    const { detail } = (await next()) as { detail: string };
    expect(detail).toContain('filter.datastream[0]');
    expect(detail).toContain('and 6997 more');
    socket.send(
      JSON.stringify({ type: 'subscribe', filter: Object.fromEntries(datastream.map((_, i) => [`x${i % 900}`, 1])) }),
    );
    expect(((await next()) as { detail: string }).detail.length).toBeLessThan(500);
  });

  test('a client that pings without end is closed too, and each ping before that is answered', async () => {
    const { url, count } = await hub([{}], { messagesPerMinute: 3 });
    const { socket, closed } = listen(url);
    await new Promise((resolve) => socket.once('open', resolve));
    const answers: string[] = [];
    socket.on('pong', (data) => answers.push(String(data)));
    for (let i = 0; i < 10; i++) socket.ping(`${i}`);
    expect(await closed).toMatchObject({ code: 1008 });
    expect(answers.slice(0, 3)).toEqual(['0', '1', '2']);
    expect(answers.length).toBeLessThan(5);
    expect(await count('live_clients_cut_total{reason="messages"}')).toBe(1);
  });

  test('a pong that answers no ping does not keep a client that does not read', async () => {
    const { url, count } = await hub([{}], { pingSeconds: 0.05 });
    const liar = new WebSocket(url, { autoPong: false });
    later(() => liar.terminate());
    const closed = new Promise((resolve) => liar.once('close', resolve));
    await new Promise((resolve) => liar.once('open', resolve));
    const lies = setInterval(() => liar.readyState === WebSocket.OPEN && liar.pong('here I am'), 5);
    later(() => clearInterval(lies));
    await closed;
    expect(await count('live_clients_cut_total{reason="ping"}')).toBe(1);
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
