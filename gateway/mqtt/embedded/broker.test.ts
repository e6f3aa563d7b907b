import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import mqttPacket from 'mqtt-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { CodedError, DELIVERY } from '../../../services/model/index.ts';
import { connectPacket, embeddedTests, TOPIC, testDoor } from '../testing/embedded.ts';
import { until } from '../testing/index.ts';

const run = promisify(execFile);
const { hub, client, raw, close } = embeddedTests();
afterEach(close);

const mosquitto = (port: number, ...more: string[]) =>
  run('mosquitto_pub', ['-h', '127.0.0.1', '-p', String(port), '-t', TOPIC, ...more], { timeout: 10_000 });

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
    const { intake, port } = await hub({}, { door: testDoor() });
    await mosquitto(port, '-q', '1', '-r', '-m', 'x');
    expect(intake.messages[0]!.delivery).toBe(0);
    const both = await client(port);
    await both.publishAsync('v1.1/Observations', 'x', { qos: 1, retain: true });
    let received = 0;
    both.on('message', () => received++);
    await both.subscribeAsync('v1.1/Observations');
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
    for (const filter of ['#', '+/#', TOPIC, '$in/taken', '$SYS/#', 'v1.1/Things']) {
      // mqtt.js takes a return code of 128 for an error.
      await expect(listener.subscribeAsync(filter)).rejects.toThrow();
    }
    expect(counts.get('mqtt_subscriptions_refused')).toBe(6);
    expect(listener.connected).toBe(true);
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

  it('acknowledges what the journal can never take, or it would come again for ever', async () => {
    const { intake, counts, port } = await hub({}, {}, true);
    const publisher = await client(port);
    const published = publisher.publishAsync(TOPIC, 'x', { qos: 1 });
    await until('the message', () => intake.owed.length === 1);
    intake.release(new CodedError('request.tooLarge', 'too large for the journal'));
    await published;
    expect(counts.get('mqtt_lost embedded')).toBe(1);
    expect(publisher.connected).toBe(true);
  });

  it('stops reading a client whose messages wait for the disk, and goes on afterwards [limit mqtt.maxInFlightPerConnection]', async () => {
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
    await until('nothing under way', () => broker.figures.inFlight === 0 && broker.figures.inFlightBytes === 0);
  });

  it('stops reading everybody at the limit of bytes, and wakes those that had nothing under way [limit mqtt.maxInFlightBytes]', async () => {
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

  it('waits at a stop for what is on its way to the disk [limit mqtt.stopTimeoutMs]', async () => {
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
