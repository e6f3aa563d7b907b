/** For tests only: an embedded broker with clients around it, and all of them ended afterwards. */
import { connect as tcp } from 'node:net';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import mqttPacket from 'mqtt-packet';
import { chirpstack, options as chirpstackOptions } from '../../chirpstack/index.ts';
import { type EmbeddedBroker, type EmbeddedPorts, embeddedBroker } from '../embedded/index.ts';
import { type Options, options } from '../options.ts';
import { countedHappenings, testIntake } from './index.ts';

export const TOPIC = 'application/a/device/24e124136d123456/event/up';

export const connectPacket = (clientId: string) =>
  mqttPacket.generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId, clean: true, keepalive: 60 });

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
