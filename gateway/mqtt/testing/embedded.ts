/** For tests only: an embedded broker with clients around it, and all of them ended afterwards. */
import { connect as tcp } from 'node:net';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import mqttPacket from 'mqtt-packet';
import { ANONYMOUS, type Identity, NOBODY } from '../../../services/access/index.ts';
import type { TopicDoor } from '../../../services/bus/index.ts';
import { chirpstack, options as chirpstackOptions } from '../../chirpstack/index.ts';
import { type EmbeddedBroker, type EmbeddedPorts, embeddedBroker } from '../embedded/index.ts';
import { type Options, options } from '../options.ts';
import { countedHappenings, testIntake } from './index.ts';

const DEVICE: Identity = { reader: ANONYMOUS, scopes: new Set(['ingest']), name: 'ingest', writes: 'observe' };
const NEARBY: Identity = { ...DEVICE, name: 'loopback' };

export const TOPIC = 'application/a/device/24e124136d123456/event/up';

export const connectPacket = (clientId: string) =>
  mqttPacket.generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId, clean: true, keepalive: 60 });

export interface TestDoor extends TopicDoor {
  /** How many there are of each topic. */
  readonly joined: Map<string, number>;
  /** What was created: topic, body, name of who did it. */
  readonly created: [topic: string, body: string, by: string][];
  tell(topic: string, body: string): void;
  /** Given to the next ones that create. */
  failure: Error | null;
}

/** A door whose topics all begin with `v1.1/`. */
export function testDoor(): TestDoor {
  const listeners = new Set<(topic: string, body: string) => void>();
  const door: TestDoor = {
    joined: new Map(),
    created: [],
    failure: null,
    creates: (topic) => topic.endsWith('/Observations'),
    create(topic, body, caller, done) {
      door.created.push([topic, Buffer.from(body).toString(), caller.name]);
      setImmediate(done, door.failure);
    },
    subscribe(topic) {
      if (!topic.startsWith('v1.1/')) return 'no topic of the API';
      door.joined.set(topic, (door.joined.get(topic) ?? 0) + 1);
      return null;
    },
    leave(topic) {
      const left = (door.joined.get(topic) ?? 0) - 1;
      if (left === 0) door.joined.delete(topic);
      else door.joined.set(topic, left);
    },
    onNews(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(topic, body) {
      for (const listener of listeners) listener(topic, body);
    },
  };
  return door;
}

export function embeddedTests() {
  const source = chirpstack(chirpstackOptions.parse({}));
  const ends: (() => unknown)[] = [];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };

  async function hub(given: Partial<Options> = {}, ports: Partial<EmbeddedPorts> = {}, held = false) {
    const intake = testIntake(held);
    const { happenings, counts } = countedHappenings();
    const broker: EmbeddedBroker = embeddedBroker({
      sources: [source],
      intake,
      identify: ({ password, local }) =>
        password === null ? (local ? NEARBY : NOBODY) : password === 'right' ? DEVICE : null,
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

  return { hub, client, raw, ends, close };
}
