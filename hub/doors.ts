/** The doors of MQTT: the embedded broker, and connections to brokers elsewhere. */
import type { IncomingMessage } from 'node:http';
import {
  type EmbeddedBroker,
  type ExternalBroker,
  embeddedBroker,
  externalBroker,
  mqttHappenings,
  mqttMeasures,
} from '../gateway/mqtt/index.ts';
import { onThisMachine } from '../services/access/index.ts';
import type { Ground } from './ground.ts';
import type { Guard } from './guard.ts';
import type { OpenData } from './open-data.ts';
import type { Storage } from './storage.ts';

export interface Doors {
  readonly broker: EmbeddedBroker | null;
  readonly brokers: readonly ExternalBroker[];
}

/** `addressOf`: where a request comes from, proxies left out; the HTTP server knows. */
export function mqttDoors(
  { config, clock, seen }: Ground,
  { sources, intake }: Storage,
  { doorkeeper }: Guard,
  { door }: OpenData,
  addressOf: (request: IncomingMessage) => string,
): Doors {
  const happenings = mqttHappenings(seen);
  const broker: EmbeddedBroker | null = config.mqtt.enabled
    ? embeddedBroker({
        foreignWrites: config.http.corsWrites,
        sources,
        intake,
        door,
        addressOf,
        identify: ({ password, local, address }) => {
          if (password !== null) return doorkeeper.verify(password, address);
          const anybody = doorkeeper.identify({}, address);
          return local ? onThisMachine(anybody) : anybody;
        },
        options: config.mqtt,
        clock,
        happenings,
      })
    : null;
  if (broker !== null) mqttMeasures(seen, broker);
  const brokers = config.mqtt.brokers.map((one) => externalBroker({ broker: one, sources, intake, clock, happenings }));
  return { broker, brokers };
}
