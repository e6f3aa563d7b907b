/** What mqtt.js is told. */
import { readFileSync } from 'node:fs';
import type { IClientOptions } from 'mqtt';
import type { BrokerOptions } from './options.ts';

/** Reads the certificates; throws with the file's name where one can't be read. */
export function clientOptions(broker: BrokerOptions, clientId: string): IClientOptions {
  const five = broker.protocol === 5;
  return {
    clientId,
    protocolVersion: broker.protocol,
    // The broker keeps what was not acknowledged, also while the hub is away.
    clean: false,
    keepalive: broker.keepaliveSeconds,
    connectTimeout: broker.connectTimeoutMs,
    // Waits are ours, see backoff.ts; mqtt.js knows a fixed one only.
    reconnectPeriod: 0,
    resubscribe: false,
    ...(broker.username === undefined ? {} : { username: broker.username }),
    ...(broker.password === undefined ? {} : { password: broker.password }),
    ...(broker.ca === undefined ? {} : { ca: readFileSync(broker.ca) }),
    ...(broker.cert === undefined ? {} : { cert: readFileSync(broker.cert) }),
    ...(broker.key === undefined ? {} : { key: readFileSync(broker.key) }),
    rejectUnauthorized: broker.rejectUnauthorized,
    ...(five
      ? {
          properties: {
            sessionExpiryInterval: broker.sessionExpirySeconds,
            receiveMaximum: broker.receiveMaximum,
            maximumPacketSize: broker.maxPacketBytes,
          },
        }
      : {}),
  };
}
