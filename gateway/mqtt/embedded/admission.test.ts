import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import mqtt from 'mqtt';
import mqttPacket from 'mqtt-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { CodedError } from '../../../services/model/index.ts';
import type { Options } from '../options.ts';
import { connectPacket, embeddedTests, TOPIC, testDoor } from '../testing/embedded.ts';
import { until } from '../testing/index.ts';
import type { EmbeddedPorts } from './broker.ts';

const { hub, client, raw, ends, close } = embeddedTests();
afterEach(close);

describe('the embedded broker lets in', () => {
  it('a client on this machine without a password', async () => {
    const { port } = await hub();
    expect((await client(port)).connected).toBe(true);
  });

  it.each([
    ['the right token', { username: 'any', password: 'right' }, true],
    ['a wrong token', { username: 'any', password: 'wrong' }, false],
    ['no token', {}, false],
    ['a user name alone', { username: 'any' }, false],
  ])('from elsewhere, where subscribers need one too, with %s: %o', async (_name, credential, let_in) => {
    const { counts, port } = await hub({ loopbackWithoutCredential: false, anonymousSubscribe: false });
    const made = client(port, credential);
    if (let_in) expect((await made).connected).toBe(true);
    else {
      await expect(made).rejects.toThrow(/not authorized/i);
      expect(counts.get('mqtt_clients_refused credential')).toBe(1);
    }
  });

  it('nobody whose address has shown too many wrong tokens, and tells him to come later', async () => {
    const identify = () => {
      throw new CodedError('access.attempts', 'too many wrong tokens from this address');
    };
    const { counts, port } = await hub({}, { identify });
    await expect(client(port, { username: 'a', password: 'b' })).rejects.toThrow(/server unavailable/i);
    expect(counts.get('mqtt_clients_refused attempts')).toBe(1);
  });

  it('nobody while the check of tokens fails', async () => {
    const identify = () => {
      throw new Error('defect');
    };
    const { port } = await hub({}, { identify });
    await expect(client(port, { username: 'a', password: 'b' })).rejects.toThrow(/not authorized/i);
  });

  it('no wrong password from this machine either', async () => {
    const { port } = await hub();
    await expect(client(port, { username: 'a', password: 'wrong' })).rejects.toThrow(/not authorized/i);
  });

  it('no more connections than the option says, and tells the others so [limit mqtt.maxConnections]', async () => {
    const { counts, port } = await hub({ maxConnections: 2 });
    await client(port);
    await client(port);
    await expect(client(port)).rejects.toThrow(/server unavailable/i);
    expect(counts.get('mqtt_clients_refused connections')).toBe(1);
    // a flood gets no word beyond the first hundred, and leaves nothing behind
    const flood = Array.from({ length: 300 }, () => raw(port));
    await Promise.all(flood.map(({ closed }) => closed));
    expect(counts.get('mqtt_clients_refused connections')).toBe(301);
  });

  it('no client that keeps silent instead of sending CONNECT [limit mqtt.connectTimeoutMs]', async () => {
    const { counts, port } = await hub({ connectTimeoutMs: 100 });
    const { socket, closed } = raw(port);
    socket.write(connectPacket('slow').subarray(0, 5));
    await closed;
    expect(counts.get('mqtt_clients_refused connect-timeout')).toBe(1);
  });

  it('no client that announces 256 MB before CONNECT, and its memory stays flat [limit mqtt.maxConnectBytes]', async () => {
    const { counts, port } = await hub();
    const before = process.memoryUsage().rss;
    const chunk = Buffer.alloc(65_536);
    for (let i = 0; i < 20; i++) {
      const { socket, closed } = raw(port);
      socket.write(Buffer.from([i % 2 === 0 ? 0x10 : 0x30, 0xff, 0xff, 0xff, 0x7f]));
      const flood = () => {
        while (!socket.destroyed && socket.write(chunk));
      };
      socket.on('drain', flood);
      flood();
      await closed;
    }
    const grown = (process.memoryUsage().rss - before) / 1024 ** 2;
    expect(counts.get('mqtt_clients_refused connect-size')).toBe(10);
    expect(counts.get('mqtt_clients_refused first-packet')).toBe(10);
    expect(grown).toBeLessThan(60);
  });

  it('no packet beyond the limit [limit mqtt.maxPacketBytes]', async () => {
    const { counts, intake, port } = await hub({ maxPacketBytes: 2000 });
    const { socket, closed } = raw(port);
    socket.write(connectPacket('big'));
    const publish = (size: number) =>
      mqttPacket.generate({
        cmd: 'publish',
        topic: TOPIC,
        payload: Buffer.alloc(size),
        qos: 0,
        dup: false,
        retain: false,
      });
    socket.write(publish(1900));
    await until('the allowed one', () => intake.messages.length === 1);
    socket.write(publish(2000));
    await closed;
    expect(intake.messages.length).toBe(1);
    expect(counts.get('mqtt_clients_refused packet-size')).toBe(1);
  });

  it('no rubbish, and lives on', async () => {
    const { counts, port } = await hub();
    for (const bytes of [Buffer.from([0x10, 2, 0, 0]), Buffer.from([0x1f, 0]), Buffer.from('SSH-2.0-x\r\n')]) {
      const { socket, closed } = raw(port);
      socket.write(bytes);
      await closed;
    }
    const refused = [...counts]
      .filter(([key]) => key.startsWith('mqtt_clients_refused'))
      .reduce((n, [, c]) => n + c, 0);
    expect(refused).toBe(3);
    expect((await client(port)).connected).toBe(true);
  });
});

describe('MQTT over WebSocket', () => {
  async function web(given: Partial<Options> = {}, ports: Partial<EmbeddedPorts> = {}) {
    const made = await hub(given, ports);
    const server = createServer();
    server.on('upgrade', (request, socket, head) => made.broker.handleUpgrade(request, socket, head));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(() => server.close());
    return { ...made, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/mqtt` };
  }

  it('takes messages of a client with a token', async () => {
    const { intake, url } = await web();
    const publisher = await mqtt.connectAsync(url, { username: 'a', password: 'right', reconnectPeriod: 0 });
    ends.push(() => publisher.endAsync(true));
    await publisher.publishAsync(TOPIC, Buffer.alloc(100_000, 'x'), { qos: 1 });
    expect(intake.messages[0]!.body.length).toBe(100_000);
  });

  it('always wants a token for publishing: behind a proxy everybody is on this machine', async () => {
    const { counts, intake, url } = await web();
    const stranger = await mqtt.connectAsync(url, { reconnectPeriod: 0 });
    ends.push(() => stranger.endAsync(true));
    const closed = new Promise<void>((resolve) => stranger.once('close', () => resolve()));
    stranger.publish(TOPIC, 'x', { qos: 1 });
    await closed;
    expect(intake.messages).toEqual([]);
    expect(counts.get('mqtt_clients_refused publish')).toBe(1);
  });

  it.each([
    ['another web site', 'https://elsewhere.example', false, 0],
    ['no page at all', 'null', false, 0],
    ['another web site, where that is allowed', 'https://elsewhere.example', true, 1],
    ['its own', null, false, 1],
  ])('lets a page of %s subscribe, and publish only as told', async (_name, origin, foreignWrites, taken) => {
    const { counts, intake, url } = await web({}, { door: testDoor(), foreignWrites });
    const page = await mqtt.connectAsync(url, {
      username: 'a',
      password: 'right',
      reconnectPeriod: 0,
      wsOptions: { origin: origin ?? `http://${new URL(url).host}` },
    });
    ends.push(() => page.endAsync(true));
    expect(await page.subscribeAsync('v1.1/Things')).toHaveLength(1);
    const over = new Promise<void>((resolve) => page.once('close', () => resolve()));
    await Promise.race([page.publishAsync(TOPIC, 'x', { qos: 1 }).catch(() => over), over]);
    expect([intake.messages.length, counts.get('mqtt_clients_refused publish') ?? 0]).toEqual([taken, 1 - taken]);
  });

  it('counts connections by the address behind the proxy [limit mqtt.maxConnectionsPerAddress]', async () => {
    const made = await web({ maxConnectionsPerAddress: 1 }, { addressOf: (request) => String(request.url).slice(6) });
    const browser = (address: string) => mqtt.connectAsync(`${made.url}?${address}`, { reconnectPeriod: 0 });
    for (const address of ['10.0.0.1', '10.0.0.2']) {
      const one = await browser(address);
      ends.push(() => one.endAsync(true));
    }
    await expect(browser('10.0.0.1')).rejects.toThrow();
    expect(made.counts.get('mqtt_clients_refused address')).toBe(1);
  });

  it('lets nobody in without a token where that is so configured', async () => {
    const { url } = await web({ anonymousSubscribe: false });
    await expect(mqtt.connectAsync(url, { reconnectPeriod: 0 })).rejects.toThrow(/not authorized/i);
  });

  it('closes a connection whose frame is too large [limit mqtt.maxWebSocketFrameBytes]', async () => {
    const { intake, url } = await web({ maxWebSocketFrameBytes: 2000 });
    const publisher = await mqtt.connectAsync(url, { username: 'a', password: 'right', reconnectPeriod: 0 });
    ends.push(() => publisher.endAsync(true));
    publisher.on('error', () => {});
    const closed = new Promise<void>((resolve) => publisher.once('close', () => resolve()));
    publisher.publish(TOPIC, Buffer.alloc(3000), { qos: 0 });
    await closed;
    expect(intake.messages).toEqual([]);
  });
});
