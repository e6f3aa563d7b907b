import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { type AddressInfo, connect as tcp } from 'node:net';
import { promisify } from 'node:util';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import mqttPacket from 'mqtt-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { DELIVERY } from '../../../services/model/index.ts';
import { chirpstack, options as chirpstackOptions } from '../../chirpstack/index.ts';
import { type Options, options } from '../options.ts';
import { countedHappenings, testIntake, until } from '../testing/index.ts';
import { type EmbeddedBroker, type EmbeddedPorts, embeddedBroker } from './index.ts';

const run = promisify(execFile);
const TOPIC = 'application/a/device/24e124136d123456/event/up';
const source = chirpstack(chirpstackOptions.parse({}));

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function hub(given: Partial<Options> = {}, ports: Partial<EmbeddedPorts> = {}, held = false) {
  const intake = testIntake(held);
  const { happenings, counts } = countedHappenings();
  const broker: EmbeddedBroker = embeddedBroker({
    sources: [source],
    intake,
    verify: ({ password }) => password === 'right',
    options: options.parse({ port: 0, stopTimeoutMs: 200, ...given }),
    clock: { now: () => 1_000 },
    happenings,
    ...ports,
  });
  await broker.start();
  ends.push(() => broker.stop());
  return { broker, intake, counts, port: broker.address!.port };
}

async function client(port: number, given: IClientOptions = {}): Promise<MqttClient> {
  const made = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, ...given });
  ends.push(() => made.endAsync(true));
  return made;
}

const mosquitto = (port: number, ...more: string[]) =>
  run('mosquitto_pub', ['-h', '127.0.0.1', '-p', String(port), '-t', TOPIC, ...more], { timeout: 10_000 });

/** A socket that speaks what it is told; resolves `closed` when the hub has closed it. */
function raw(port: number) {
  const socket = tcp(port, '127.0.0.1');
  socket.on('error', () => {});
  // The end of a connection is seen by reading.
  socket.resume();
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  ends.push(() => socket.destroy());
  return { socket, closed };
}

const connectPacket = (clientId: string) =>
  mqttPacket.generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId, clean: true, keepalive: 60 });

describe('the embedded broker', () => {
  it.each([0, 1, 2])('takes a message of mosquitto_pub at QoS %i', async (qos) => {
    const { intake, port } = await hub();
    await mosquitto(port, '-q', String(qos), '-m', '{"a":1}');
    await until('the message', () => intake.messages.length > 0);
    expect(intake.messages).toEqual([
      { source: 'chirpstack', topic: TOPIC, body: Buffer.from('{"a":1}'), receivedAt: 1000, delivery: 0 },
    ]);
  });

  it.each([1, 2] as const)('acknowledges QoS %i only when the journal has the message on disk', async (qos) => {
    const { intake, port } = await hub({}, {}, true);
    const publisher = await client(port);
    let acknowledged = false;
    const published = publisher.publishAsync(TOPIC, '{}', { qos }).then(() => {
      acknowledged = true;
    });
    await until('the message', () => intake.messages.length === 1);
    // A PINGREQ overtakes nothing: once its answer is here, a PUBACK sent before it would be here too.
    publisher.sendPing();
    await new Promise<void>((resolve) => publisher.once('packetreceive', () => resolve()));
    expect(acknowledged).toBe(false);
    intake.release();
    await published;
    expect(acknowledged).toBe(true);
  });

  it('keeps the order of each client', async () => {
    const { intake, port } = await hub();
    const publisher = await client(port);
    const sent = Array.from({ length: 500 }, (_, i) => String(i));
    await Promise.all(sent.map((text) => publisher.publishAsync(TOPIC, text, { qos: 1 })));
    expect(intake.messages.map(({ body }) => Buffer.from(body).toString())).toEqual(sent);
  });

  it('marks what may be a repetition', async () => {
    const { intake, port } = await hub();
    const publisher = await client(port);
    await publisher.publishAsync(TOPIC, 'x', { qos: 1, dup: true });
    expect(intake.messages[0]!.delivery).toBe(DELIVERY.dup);
  });

  it('marks what comes again after a lost connection, though the client need not', async () => {
    const { broker, intake, port } = await hub({}, {}, true);
    const publisher = await client(port, { reconnectPeriod: 20, clientId: 'station-7' });
    const published = publisher.publishAsync(TOPIC, 'x', { qos: 1 });
    await until('the message', () => intake.owed.length === 1);
    publisher.stream.destroy();
    await until('the repetition', () => intake.owed.length === 2);
    intake.release();
    await published;
    await publisher.publishAsync(TOPIC, 'y', { qos: 1 });
    expect(intake.messages.map(({ delivery }) => delivery)).toEqual([0, DELIVERY.reconnected, 0]);
    expect(broker.figures.inFlight).toBe(0);
  });

  it('takes a retained publish as a reading and retains nothing', async () => {
    const { intake, port } = await hub({}, { maySubscribe: () => true });
    await mosquitto(port, '-q', '1', '-r', '-m', 'x');
    expect(intake.messages[0]!.delivery).toBe(0);
    const both = await client(port);
    await both.publishAsync('v1.1/x', 'x', { qos: 1, retain: true });
    let received = 0;
    both.on('message', () => received++);
    await both.subscribeAsync('v1.1/#');
    // What is retained comes right after SUBACK, so before the answer to a later packet.
    await both.publishAsync(TOPIC, 'y', { qos: 1 });
    expect(received).toBe(0);
  });

  it('acknowledges a topic that no source claims, keeps nothing and counts it', async () => {
    const { intake, counts, port } = await hub();
    const publisher = await client(port);
    await publisher.publishAsync('somewhere/else', 'x', { qos: 1 });
    await publisher.publishAsync('$SYS/broker', 'x', { qos: 2 });
    await publisher.publishAsync('v1.1/Things', 'x', { qos: 1 });
    expect(intake.messages).toEqual([]);
    expect(counts.get('mqtt_unclaimed embedded')).toBe(3);
    expect(publisher.connected).toBe(true);
  });

  it('passes nothing on: not to #, not to the topic itself, not to $in', async () => {
    const { counts, port } = await hub();
    const listener = await client(port);
    for (const filter of ['#', '+/#', TOPIC, '$in/#', '$SYS/#', 'v1.1/Things']) {
      // mqtt.js takes a return code of 128 for an error.
      await expect(listener.subscribeAsync(filter)).rejects.toThrow();
    }
    expect(counts.get('mqtt_subscriptions_refused')).toBe(6);
    expect(listener.connected).toBe(true);
  });

  it('lets subscribe below v1.1/ where the hub says so, and nowhere else', async () => {
    const { port } = await hub({}, { maySubscribe: () => true });
    const listener = await client(port);
    expect(await listener.subscribeAsync('v1.1/Datastreams(1)/Observations')).toMatchObject([{ qos: 0 }]);
    await expect(listener.subscribeAsync('#')).rejects.toThrow();
  });

  it('does not acknowledge what the journal refuses, and takes it at the next try', async () => {
    const { intake, counts, port } = await hub({}, {}, true);
    const publisher = await client(port, { reconnectPeriod: 20 });
    const published = publisher.publishAsync(TOPIC, 'x', { qos: 1 });
    await until('the first try', () => intake.owed.length === 1);
    intake.release(new Error('disk full'));
    await published;
    expect(counts.get('mqtt_not_stored embedded')).toBe(1);
    expect(intake.messages.length).toBe(2);
  });

  it('stops reading a client whose messages wait for the disk, and goes on afterwards', async () => {
    const { broker, intake, port } = await hub({ maxInFlightPerConnection: 10, stopTimeoutMs: 0 }, {}, true);
    const { socket } = raw(port);
    socket.write(connectPacket('flood'));
    await new Promise<void>((resolve) => socket.once('data', () => resolve()));
    const body = Buffer.alloc(1000);
    const packet = mqttPacket.generate({
      cmd: 'publish',
      topic: TOPIC,
      payload: body,
      qos: 0,
      dup: false,
      retain: false,
    });
    for (let i = 0; i < 20_000; i++) socket.write(packet);
    await until('a full pipe', () => broker.figures.inFlight >= 10 && socket.writableLength > 0);
    // One read of the socket is at most 64 KB; the limit is looked at between reads.
    expect(broker.figures.inFlight).toBeLessThan(200);
    intake.release();
    await until('all messages', () => intake.messages.length === 20_000);
    expect(broker.figures).toMatchObject({ inFlight: 0, inFlightBytes: 0 });
  });

  it('stops reading everybody at the limit of bytes, and wakes those that had nothing under way', async () => {
    const { broker, intake, port } = await hub({ maxInFlightBytes: 65_536 }, {}, true);
    const first = await client(port);
    const filled = first.publishAsync(TOPIC, Buffer.alloc(70_000), { qos: 1 });
    await until('a full hub', () => broker.figures.inFlightBytes > 65_536);
    const second = raw(port);
    second.socket.write(connectPacket('second'));
    await until('two connections', () => broker.figures.connections === 2);
    intake.release();
    await filled;
    await new Promise<void>((resolve) => second.socket.once('data', () => resolve()));
  });

  it('serves 200 connections', async () => {
    const { broker, intake, port } = await hub();
    const clients = await Promise.all(Array.from({ length: 200 }, () => client(port)));
    expect(broker.figures.connections).toBe(200);
    await Promise.all(clients.flatMap((one) => [1, 2, 3].map((i) => one.publishAsync(TOPIC, String(i), { qos: 1 }))));
    expect(intake.messages.length).toBe(600);
  });

  it('waits at a stop for what is on its way to the disk', async () => {
    const { broker, intake, port } = await hub({ stopTimeoutMs: 5000 }, {}, true);
    const publisher = await client(port);
    const published = publisher.publishAsync(TOPIC, 'x', { qos: 1 });
    await until('the message', () => intake.owed.length === 1);
    const stopped = broker.stop();
    intake.release();
    await published;
    await stopped;
    expect(broker.figures.connections).toBe(0);
  });

  it('says in one line that its port is in use', async () => {
    const { port } = await hub();
    await expect(hub({ port })).rejects.toThrow(`127.0.0.1:${port} is in use; choose another with mqtt.port`);
  });
});

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
  ])('from elsewhere, with %s: %o', async (_name, credential, let_in) => {
    const { counts, port } = await hub({ loopbackWithoutCredential: false });
    const made = client(port, credential);
    if (let_in) expect((await made).connected).toBe(true);
    else {
      await expect(made).rejects.toThrow(/not authorized/i);
      expect(counts.get('mqtt_clients_refused credential')).toBe(1);
    }
  });

  it('nobody while the check of tokens fails', async () => {
    const verify = () => {
      throw new Error('defect');
    };
    const { port } = await hub({}, { verify });
    await expect(client(port, { username: 'a', password: 'b' })).rejects.toThrow(/not authorized/i);
  });

  it('no wrong password from this machine either', async () => {
    const { port } = await hub();
    await expect(client(port, { username: 'a', password: 'wrong' })).rejects.toThrow(/not authorized/i);
  });

  it('no more connections than the option says', async () => {
    const { counts, port } = await hub({ maxConnections: 2 });
    await client(port);
    await client(port);
    await raw(port).closed;
    expect(counts.get('mqtt_clients_refused connections')).toBe(1);
  });

  it('no client that keeps silent instead of sending CONNECT', async () => {
    const { counts, port } = await hub({ connectTimeoutMs: 100 });
    const { socket, closed } = raw(port);
    socket.write(connectPacket('slow').subarray(0, 5));
    await closed;
    expect(counts.get('mqtt_clients_refused connect-timeout')).toBe(1);
  });

  it('no client that announces 256 MB before CONNECT, and its memory stays flat', async () => {
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

  it('no packet beyond the limit', async () => {
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
  async function web(given: Partial<Options> = {}) {
    const made = await hub(given);
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

  it('always wants a token: behind a proxy everybody is on this machine', async () => {
    const { url } = await web();
    await expect(mqtt.connectAsync(url, { reconnectPeriod: 0 })).rejects.toThrow(/not authorized/i);
  });

  it('closes a connection whose frame is too large', async () => {
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
