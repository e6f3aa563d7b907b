import mqttPacket from 'mqtt-packet';
import { afterEach, describe, expect, it } from 'vitest';
import type { Options } from '../options.ts';
import { connectPacket, embeddedTests, TOPIC, testDoor } from '../testing/embedded.ts';
import { until } from '../testing/index.ts';

const { hub, client, raw, close } = embeddedTests();
afterEach(close);

const THING = 'v1.1/Things(1)';
const subscribe = (...topics: string[]) =>
  mqttPacket.generate({
    cmd: 'subscribe',
    messageId: 1,
    subscriptions: topics.map((topic) => ({ topic, qos: 2 as const })),
  });
const unsubscribe = (...topics: string[]) =>
  mqttPacket.generate({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: topics });

async function hubWithDoor(given: Partial<Options> = {}) {
  const door = testDoor();
  return { door, ...(await hub(given, { door })) };
}

describe('subscribers of the embedded broker', () => {
  it.each([0, 1, 2] as const)('get news at the QoS %i that they asked for', async (qos) => {
    const { door, port } = await hubWithDoor();
    const listener = await client(port);
    expect(await listener.subscribeAsync(THING, { qos })).toMatchObject([{ topic: THING, qos }]);
    const heard: unknown[] = [];
    listener.on('message', (topic, body, packet) => heard.push([topic, body.toString(), packet.qos, packet.retain]));
    for (const n of [1, 2, 3]) door.tell(THING, `{"n":${n}}`);
    await until('three messages', () => heard.length === 3);
    expect(heard).toEqual([1, 2, 3].map((n) => [THING, `{"n":${n}}`, qos, false]));
  });

  it('need no password, and are cut off when they publish', async () => {
    const { door, counts, intake, port } = await hubWithDoor({ loopbackWithoutCredential: false });
    const stranger = await client(port);
    await stranger.subscribeAsync(THING, { qos: 1 });
    const heard = new Promise<void>((resolve) => stranger.once('message', () => resolve()));
    door.tell(THING, '{}');
    await heard;
    for (const topic of [TOPIC, 'v1.1/Observations', 'somewhere/else']) {
      const one = await client(port);
      const closed = new Promise<void>((resolve) => one.once('close', () => resolve()));
      one.publish(topic, '{}', { qos: 1 });
      await closed;
    }
    expect(counts.get('mqtt_clients_refused publish')).toBe(3);
    expect([...intake.messages, ...door.created]).toEqual([]);
  });

  it('without a password leave room for devices [limit mqtt.maxAnonymousConnections]', async () => {
    const { broker, counts, port } = await hubWithDoor({
      loopbackWithoutCredential: false,
      maxAnonymousConnections: 1,
    });
    const first = await client(port);
    await expect(client(port)).rejects.toThrow(/not authorized/i);
    expect(counts.get('mqtt_clients_refused anonymous')).toBe(1);
    await client(port, { username: 'a', password: 'right' });
    await first.endAsync();
    await until('the end of the first one', () => broker.figures.connections === 1);
    await client(port);
  });

  it('hear nothing of other topics, nor of their own when they have left', async () => {
    const { broker, door, port } = await hubWithDoor();
    const listener = await client(port);
    await listener.subscribeAsync([THING, 'v1.1/Things(2)']);
    await listener.unsubscribeAsync(THING);
    const heard: string[] = [];
    listener.on('message', (topic) => heard.push(topic));
    for (const topic of [THING, 'v1.1/Things', 'v1.1/Things(2)', 'v1.1/Things(2)/name']) door.tell(topic, '{}');
    await until('one message', () => heard.length > 0);
    expect(heard).toEqual(['v1.1/Things(2)']);
    expect([...door.joined]).toEqual([['v1.1/Things(2)', 1]]);
    await listener.endAsync();
    await until('nobody there', () => door.joined.size === 0);
    expect(broker.figures).toMatchObject({ topics: 0, subscriptions: 0, told: 1 });
  });

  it('that join and leave without end wait, in their order, while others do not [limit mqtt.anonymousSubscriptionsPerSecond]', async () => {
    const { broker, door, port } = await hubWithDoor({
      loopbackWithoutCredential: false,
      anonymousSubscriptionsPerSecond: 500,
    });
    const strangers = await Promise.all([client(port), client(port)]);
    const device = await client(port, { username: 'a', password: 'right' });
    const topics = Array.from({ length: 100 }, (_, i) => `v1.1/Things(${i})`);
    const began = performance.now();
    const changing = strangers.map(async (stranger) => {
      for (let i = 0; i < 3; i++) {
        await stranger.subscribeAsync(topics);
        await stranger.unsubscribeAsync(topics);
      }
      await stranger.subscribeAsync(topics);
      return performance.now();
    });
    await device.subscribeAsync(topics);
    const soon = performance.now() - began;
    const ends = await Promise.all(changing);
    // 1400 changes, of which the first 50 and the last 100 cost no wait
    expect(Math.max(...ends) - began).toBeGreaterThan(2000);
    expect(soon).toBeLessThan(1000);
    expect([...door.joined.values()]).toEqual(topics.map(() => 3));
    expect(broker.figures.subscriptions).toBe(300);
  });

  it('that join twice are there once, with the QoS of the last time', async () => {
    const { broker, door, port } = await hubWithDoor();
    const listener = await client(port);
    await listener.subscribeAsync(THING, { qos: 0 });
    await listener.subscribeAsync(THING, { qos: 2 });
    expect([...door.joined]).toEqual([[THING, 1]]);
    expect(broker.figures.subscriptions).toBe(1);
    const heard: number[] = [];
    listener.on('message', (_topic, _body, packet) => heard.push(packet.qos));
    door.tell(THING, '{}');
    await until('the message', () => heard.length === 1);
    expect(heard).toEqual([2]);
  });

  it('that leave and join again in one packet end with the topic', async () => {
    const { door, port } = await hubWithDoor();
    const { socket } = raw(port);
    const parser = mqttPacket.parser();
    const got: string[] = [];
    parser.on('packet', (packet) => got.push(packet.cmd));
    socket.on('data', (bytes) => parser.parse(bytes as Buffer));
    socket.write(Buffer.concat([connectPacket('map'), subscribe(THING)]));
    await until('SUBACK', () => got.includes('suback'));
    socket.write(Buffer.concat([unsubscribe(THING), subscribe(THING)]));
    await until('both answers', () => got.length === 4);
    door.tell(THING, '{}');
    await until('the message', () => got.includes('publish'));
    expect(door.joined.get(THING)).toBe(1);
  });

  it('are refused wildcards, and topics that mean nothing, and stay connected', async () => {
    const { counts, door, port } = await hubWithDoor();
    const listener = await client(port);
    for (const topic of ['v1.1/#', 'v1.1/+/Observations', '#', '$in/taken', TOPIC])
      await expect(listener.subscribeAsync(topic)).rejects.toThrow();
    expect(counts.get('mqtt_subscriptions_refused')).toBe(5);
    expect(door.joined.size).toBe(0);
    expect(listener.connected).toBe(true);
  });

  it('have as many topics as the options say [limit mqtt.maxSubscriptionsPerConnection] [limit mqtt.maxTopics] [limit mqtt.maxTopicLength]', async () => {
    const { door, port } = await hubWithDoor({ maxSubscriptionsPerConnection: 2, maxTopics: 3, maxTopicLength: 20 });
    const one = await client(port);
    const two = await client(port);
    await one.subscribeAsync(['v1.1/a', 'v1.1/b']);
    await expect(one.subscribeAsync('v1.1/c')).rejects.toThrow();
    await two.subscribeAsync(['v1.1/a', 'v1.1/c']);
    const three = await client(port);
    await expect(three.subscribeAsync('v1.1/d')).rejects.toThrow();
    await expect(three.subscribeAsync(`v1.1/${'x'.repeat(20)}`)).rejects.toThrow();
    await three.subscribeAsync('v1.1/c');
    expect(Object.fromEntries(door.joined)).toEqual({ 'v1.1/a': 2, 'v1.1/b': 1, 'v1.1/c': 2 });
  });

  it('that stop reading are cut off, and hold up neither their neighbours nor the publishers [limit mqtt.maxUnreadBytes]', async () => {
    const { broker, counts, door, intake, port } = await hubWithDoor({
      maxUnreadBytes: 1_000_000,
      drainTimeoutMs: 60_000,
    });
    const stuck = raw(port);
    stuck.socket.pause();
    stuck.socket.write(Buffer.concat([connectPacket('stuck'), subscribe(THING)]));
    const reads = await client(port);
    await reads.subscribeAsync(THING, { qos: 1 });
    await until('two subscriptions', () => broker.figures.subscriptions === 2);
    let heard = 0;
    reads.on('message', () => heard++);
    const body = 'x'.repeat(400_000);
    let sent = 0;
    while (!counts.has('mqtt_clients_refused unread')) {
      door.tell(THING, body);
      sent++;
      const all = sent;
      await until('the neighbour', () => heard === all);
      await reads.publishAsync(TOPIC, 'x', { qos: 1 });
      expect(sent).toBeLessThan(200);
    }
    expect(intake.messages).toHaveLength(sent);
    await until('one subscription', () => broker.figures.subscriptions === 1);
    expect(door.joined.get(THING)).toBe(1);
  });

  it('are told a turn of the event loop at a time, in order, however many there are', async () => {
    const { broker, door, port } = await hubWithDoor();
    const listeners = await Promise.all(Array.from({ length: 250 }, () => client(port)));
    const heard = listeners.map((listener): string[] => {
      const own: string[] = [];
      listener.on('message', (_topic, body) => own.push(body.toString()));
      return own;
    });
    await Promise.all(listeners.map((listener) => listener.subscribeAsync(THING, { qos: 1 })));
    door.tell(THING, '1');
    door.tell(THING, '2');
    expect(broker.figures.told).toBe(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(broker.figures.told).toBe(100);
    await until('everybody', () => heard.every((own) => own.length === 2));
    expect(heard.every((own) => own.join() === '1,2')).toBe(true);
    expect(broker.figures.told).toBe(500);
  });

  it('of a hub without the API find nothing', async () => {
    const { port } = await hub();
    await expect((await client(port)).subscribeAsync(THING)).rejects.toThrow();
  });
});

describe('what clients create at the embedded broker', () => {
  it.each([0, 1, 2] as const)('goes to the API, not to the sources, at QoS %i', async (qos) => {
    const { door, intake, port } = await hubWithDoor();
    const publisher = await client(port);
    await publisher.publishAsync('v1.1/Datastreams(1)/Observations', '{"result":1}', { qos });
    await until('the creation', () => door.created.length === 1);
    expect(door.created).toEqual([['v1.1/Datastreams(1)/Observations', '{"result":1}', 'loopback']]);
    expect(intake.messages).toEqual([]);
  });

  it('is not acknowledged when the disk does not take it, and comes again', async () => {
    const { counts, door, port } = await hubWithDoor();
    door.failure = new Error('disk full');
    const publisher = await client(port, { reconnectPeriod: 20 });
    const published = publisher.publishAsync('v1.1/Observations', '{}', { qos: 1 });
    await until('the first try', () => counts.get('mqtt_not_stored embedded') === 1);
    door.failure = null;
    await published;
    expect(door.created.length).toBeGreaterThan(1);
  });
});

describe('topics that are no text', () => {
  it.each([
    ['U+0000', Buffer.from('a\0b')],
    ['bytes that are no UTF-8', Buffer.from([0x61, 0xff, 0xfe])],
    ['half a surrogate pair', Buffer.from([0xed, 0xa0, 0x80])],
  ])('%s end the connection', async (_name, topic) => {
    const { counts, intake, port } = await hub();
    const { socket, closed } = raw(port);
    socket.write(connectPacket('odd'));
    const length = Buffer.from([0, topic.length]);
    socket.write(Buffer.concat([Buffer.from([0x30, 2 + topic.length + 1]), length, topic, Buffer.from('x')]));
    await closed;
    expect(counts.get('mqtt_clients_refused topic-encoding')).toBe(1);
    expect(intake.messages).toEqual([]);
  });
});
