import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { CodedError, DELIVERY } from '../../../services/model/index.ts';
import { chirpstack, options as chirpstackOptions } from '../../chirpstack/index.ts';
import { countedHappenings, testIntake, until } from '../testing/index.ts';
import { type Mosquitto, mosquitto } from '../testing/mosquitto.ts';
import { backoff } from './backoff.ts';
import { deliveryMarks } from './delivery.ts';
import { type ExternalPorts, externalBroker } from './index.ts';
import { brokerOptions } from './options.ts';

const TOPIC = 'application/a/device/24e124136d123456/event/up';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function peer(port?: number): Promise<Mosquitto> {
  const made = await mosquitto(port);
  ends.push(() => made.stop());
  return made;
}

async function publisher(url: string): Promise<MqttClient> {
  const made = await mqtt.connectAsync(url, { reconnectPeriod: 50 });
  ends.push(() => made.endAsync(true));
  return made;
}

async function hub(url: string, given: Record<string, unknown> = {}, held = false, ports: Partial<ExternalPorts> = {}) {
  const intake = testIntake(held);
  const { happenings, counts } = countedHappenings();
  const broker = externalBroker({
    broker: brokerOptions.parse({
      url,
      reconnectMinMs: 20,
      reconnectMaxMs: 50,
      retryMs: 20,
      stopTimeoutMs: 500,
      ...given,
    }),
    sources: [chirpstack(chirpstackOptions.parse({}))],
    intake,
    clock: { now: () => 1_000 },
    happenings,
    ...ports,
  });
  await broker.start();
  ends.push(() => broker.stop());
  return { broker, intake, counts };
}

const texts = (messages: readonly { readonly body: Uint8Array }[]) =>
  messages.map(({ body }) => Buffer.from(body).toString());

/** Publishes until one arrives: from then on the subscription stands. */
async function subscribed(from: MqttClient, messages: unknown[]): Promise<void> {
  await until('the subscription', () => {
    if (messages.length === 0) from.publish(TOPIC, 'probe', { qos: 0 });
    return messages.length > 0;
  });
  messages.length = 0;
}

describe('a connection to the broker of the city', () => {
  it('takes each message once over several connections', async () => {
    const { url } = await peer();
    const { broker, intake } = await hub(url, { connections: 3 });
    await until('three connections', () => broker.figures.connected === 3);
    const from = await publisher(url);
    await subscribed(from, intake.messages);
    const sent = Array.from({ length: 300 }, (_, i) => `message ${i}`);
    await Promise.all(sent.map((text) => from.publishAsync(TOPIC, text, { qos: 1 })));
    const here = () => texts(intake.messages).filter((text) => text !== 'probe');
    await until('all messages', () => here().length >= 300);
    expect(here().sort()).toEqual(sent.sort());
  });

  it('gets again what a killed hub had not acknowledged', async () => {
    const { url } = await peer();
    const script = fileURLToPath(new URL('../testing/hub-without-disk.ts', import.meta.url));
    const child = spawn(process.execPath, [script, url], { stdio: ['ignore', 'pipe', 'inherit'] });
    ends.push(() => child.kill('SIGKILL'));
    let seen = '';
    child.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
    });
    const from = await publisher(url);
    // Its one message in work is the probe, which is never acknowledged either.
    let probes = 0;
    await until('the first hub', () => {
      if (seen === '') from.publish(TOPIC, `probe ${++probes}`, { qos: 1 });
      return seen !== '';
    });
    const sent = Array.from({ length: 40 }, (_, i) => `message ${i}`);
    await Promise.all(sent.map((text) => from.publishAsync(TOPIC, text, { qos: 1 })));
    child.kill('SIGKILL');
    await once(child, 'exit');

    const { intake } = await hub(url, { connections: 1 });
    await until('all messages', () => texts(intake.messages).filter((text) => text.startsWith('message')).length >= 40);
    expect(texts(intake.messages).filter((text) => text.startsWith('message'))).toEqual(sent);
    // The one that was in work comes first and says that it may be a repetition.
    expect(intake.messages[0]!.delivery).toBe(DELIVERY.dup | DELIVERY.reconnected);
  });

  it('acknowledges nothing before the disk has it, and delivers on when it has', async () => {
    const { url } = await peer();
    const { broker, intake } = await hub(url, { connections: 1 }, true);
    await until('the connection', () => broker.figures.connected === 1);
    const from = await publisher(url);
    for (let i = 0; i < 50 && intake.messages.length === 0; i++) {
      await from.publishAsync(TOPIC, 'probe', { qos: 1 });
    }
    await until('the message', () => intake.messages.length === 1);
    await broker.stop();
    expect(broker.figures.accepted).toBe(0);
    // Not acknowledged: the next start gets it again.
    const again = await hub(url, { connections: 1 });
    await until('the repetition', () => again.intake.messages.length > 0);
    expect(again.intake.messages[0]!.delivery & DELIVERY.dup).toBe(DELIVERY.dup);
  });

  it('tries again in place what the journal refused', async () => {
    const { url } = await peer();
    const { broker, intake, counts } = await hub(url, { connections: 1 }, true);
    const from = await publisher(url);
    await until('a message', () => {
      if (intake.messages.length === 0) from.publish(TOPIC, 'x', { qos: 1 });
      return intake.owed.length === 1;
    });
    intake.release(new Error('disk full'));
    await until('the second try', () => broker.figures.accepted > 0);
    expect(counts.get('mqtt_not_stored external')).toBe(1);
    expect(texts(intake.messages).slice(0, 2)).toEqual(['x', 'x']);
  });

  it.each([
    ['a shared subscription', { connections: 1 }],
    ['a plain subscription', { share: '' }],
  ])('passes over retained messages with %s', async (_name, given) => {
    const { url } = await peer();
    const from = await publisher(url);
    await from.publishAsync(TOPIC, 'retained', { qos: 1, retain: true });
    const { intake } = await hub(url, given);
    await subscribed(from, intake.messages);
    await from.publishAsync(TOPIC, 'fresh', { qos: 1 });
    await until('the fresh one', () => texts(intake.messages).includes('fresh'));
    expect(texts(intake.messages)).not.toContain('retained');
  });

  it('passes over retained messages of MQTT 3.1.1, or takes them once where that is wanted', async () => {
    const { url } = await peer();
    const from = await publisher(url);
    await from.publishAsync(TOPIC, 'retained', { qos: 1, retain: true });
    const ignoring = await hub(url, { protocol: 4, share: '', name: 'ignoring' });
    await until('the retained one', () => ignoring.counts.get('mqtt_retained_ignored') === 1);
    expect(ignoring.intake.messages).toEqual([]);

    const taking = await hub(url, { protocol: 4, share: '', name: 'taking', retained: 'first' });
    await until('the retained one', () => taking.intake.messages.length === 1);
    expect(taking.intake.messages[0]!.delivery).toBe(DELIVERY.retained);
  });

  it('comes back when the broker does, and doubts nothing of a broker that has forgotten it', async () => {
    const first = await peer();
    const { broker, intake, counts } = await hub(first.url, { connections: 1 });
    await until('the connection', () => broker.figures.connected === 1);
    await first.stop();
    await until('the loss', () => broker.figures.connected === 0);
    await until('tries in vain', () => (counts.get(`mqtt_broker_disconnected ${first.url}`) ?? 0) > 1);
    const second = await peer(first.port);
    await until('the connection again', () => broker.figures.connected === 1);
    const from = await publisher(second.url);
    await until('a message', () => {
      if (intake.messages.length === 0) from.publish(TOPIC, 'x', { qos: 1 });
      return intake.messages.length > 0;
    });
    expect(intake.messages[0]!.delivery).toBe(0);
  });

  it('acknowledges and counts what no source claims', async () => {
    const { url } = await peer();
    const { intake, counts } = await hub(url, { connections: 1, filters: ['#'] });
    const from = await publisher(url);
    await subscribed(from, intake.messages);
    await from.publishAsync('other/topic', 'x', { qos: 1 });
    await from.publishAsync(TOPIC, 'after', { qos: 1 });
    await until('the next one', () => texts(intake.messages).includes('after'));
    expect(counts.get('mqtt_unclaimed external')).toBe(1);
  });

  it('goes on after a message that the journal can never take', async () => {
    const { url } = await peer();
    const { broker, intake, counts } = await hub(url, { connections: 1 }, true);
    const from = await publisher(url);
    await until('a message', () => {
      if (intake.messages.length === 0) from.publish(TOPIC, 'x', { qos: 1 });
      return intake.owed.length === 1;
    });
    intake.release(new CodedError('request.tooLarge', 'too large for the journal'));
    await from.publishAsync(TOPIC, 'after', { qos: 1 });
    await until('the next one', () => texts(intake.messages).includes('after'));
    expect(counts.get('mqtt_lost external')).toBe(1);
    expect(broker.figures.connected).toBe(1);
  });

  it('tells no password in what it counts', async () => {
    const { counts } = await hub('mqtt://user:geheim@127.0.0.1:1', { connections: 1 });
    await until('a try in vain', () => [...counts.keys()].some((key) => key.startsWith('mqtt_broker_disconnected')));
    expect([...counts.keys()].join()).toContain('mqtt://127.0.0.1:1');
    expect([...counts.keys()].join()).not.toContain('geheim');
  });

  it('names the certificate that cannot be read', async () => {
    await expect(hub('mqtts://127.0.0.1:1', { ca: '/nowhere/ca.pem' })).rejects.toThrow('/nowhere/ca.pem');
  });
});

describe('what a delivery says', () => {
  it('doubts as many messages after a reconnect as may have been under way', () => {
    const marks = deliveryMarks('ignore');
    const plain = { dup: false, retain: false, topic: 'a' };
    expect(marks.of(plain)).toBe(0);
    marks.reconnected(2);
    expect([marks.of(plain), marks.of(plain), marks.of(plain)]).toEqual([
      DELIVERY.reconnected,
      DELIVERY.reconnected,
      0,
    ]);
    expect(marks.of({ ...plain, dup: true })).toBe(DELIVERY.dup);
  });
});

describe('the waits before connecting again', () => {
  it('double up to the limit, half of each random, and begin anew after a success', () => {
    const waits = backoff(1000, 4000, () => 0.5);
    expect([waits.next(), waits.next(), waits.next(), waits.next()]).toEqual([750, 1500, 3000, 3000]);
    waits.reset();
    expect(waits.next()).toBe(750);
  });
});
