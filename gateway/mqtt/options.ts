/** Options of the MQTT doors, `mqtt.*`. */
import { z } from 'zod';
import { brokerOptions } from './external/options.ts';
import { mapping } from './mapping/index.ts';

const int = () => z.number().int();

export const options = z.object({
  enabled: z.boolean().default(true).describe('Run the embedded MQTT broker.'),
  host: z
    .string()
    .default('127.0.0.1')
    .describe('Address the broker listens on; 0.0.0.0 or :: opens it to the network.'),
  port: int()
    .min(0)
    .max(65_535)
    .default(1883)
    .describe('Port of the broker; 0 takes a free one.')
    .meta({ limit: false }),
  loopbackWithoutCredential: z
    .boolean()
    .default(true)
    .describe(
      'Clients on this machine (TCP over loopback) may publish without a password. Turn it off behind a proxy on the same machine.',
    ),
  anonymousSubscribe: z
    .boolean()
    .default(true)
    .describe(
      'Clients without a password may connect to subscribe to public topics below v1.1/, as maps in browsers do. What they publish is refused.',
    ),
  maxAnonymousConnections: int()
    .min(0)
    .default(2048)
    .describe('Connections without a password at one time; further ones are refused, so that devices always find room.')
    .meta({ limit: true }),
  maxSubscriptionsPerConnection: int()
    .min(1)
    .default(2000)
    .describe('Topics that one connection may subscribe to; further ones are answered with 0x80.')
    .meta({ limit: true }),
  subscriptionsPerSecond: int()
    .min(1)
    .default(1000)
    .describe(
      'Topics that one connection joins or leaves in a second; a faster one is read again when its time has come.',
    )
    .meta({ limit: true }),
  anonymousSubscriptionsPerSecond: int()
    .min(1)
    .default(4000)
    .describe(
      'The same for all connections without a password together: the fast ones of them wait, so that devices are not held up.',
    )
    .meta({ limit: true }),
  maxSubscribeBytes: int()
    .min(128)
    .max(268_435_455)
    .default(131_072)
    .describe('Largest packet that joins or leaves topics; a connection that announces a larger one is closed.')
    .meta({ limit: true }),
  maxTopics: int()
    .min(1)
    .default(50_000)
    .describe('Different topics that all connections together may subscribe to; further ones are answered with 0x80.')
    .meta({ limit: true }),
  maxTopicLength: int()
    .min(16)
    .default(1000)
    .describe('Characters of a topic that can be subscribed to; a longer one is answered with 0x80.')
    .meta({ limit: true }),
  maxUnreadBytes: int()
    .min(1024)
    .default(4 * 1024 * 1024)
    .describe('News that a subscriber has not read yet; beyond it the connection is closed.')
    .meta({ limit: true }),
  maxConnections: int()
    .min(1)
    .default(4096)
    .describe('Connections at one time; further ones are refused (CONNACK 3, server unavailable).')
    .meta({ limit: true }),
  maxConnectionsPerAddress: int()
    .min(1)
    .default(512)
    .describe('Of them, from one address; further ones are refused in the same way. Loopback is not limited by this.')
    .meta({ limit: true }),
  connectTimeoutMs: int()
    .min(100)
    .default(10_000)
    .describe('A connection that has not sent CONNECT by then is closed.')
    .meta({ limit: true }),
  maxConnectBytes: int()
    .min(64)
    .default(4096)
    .describe('Largest CONNECT packet; a connection that announces more is closed before it sends it.')
    .meta({ limit: true }),
  maxBytesBeforeConnack: int()
    .min(4096)
    .default(65_536)
    .describe('Bytes taken from a client that is not let in yet; beyond it the connection is closed.')
    .meta({ limit: true }),
  maxPacketBytes: int()
    .min(128)
    .max(268_435_455)
    .default(1_048_576)
    .describe(
      'Largest MQTT packet; a connection that announces a larger one is closed. Who may not publish has `mqtt.maxSubscribeBytes`.',
    )
    .meta({ limit: true }),
  maxUnfinishedBytes: int()
    .min(1024 * 1024)
    .default(64 * 1024 * 1024)
    .describe(
      'Bytes of packets and frames that have begun and are not complete, over all connections; beyond it the connections with the largest ones are closed.',
    )
    .meta({ limit: true }),
  packetTimeoutMs: int()
    .min(100)
    .max(3_600_000)
    .default(60_000)
    .describe('Time in which a packet or frame that has begun must be complete; then its connection is closed.')
    .meta({ limit: true }),
  maxWebSocketFrameBytes: int()
    .min(1024)
    .default(262_144)
    .describe('Largest WebSocket frame at /mqtt; a connection that announces a larger one is closed.')
    .meta({ limit: true }),
  maxKeepaliveSeconds: int()
    .min(5)
    .max(65_535)
    .default(3600)
    .describe(
      'A longer keep-alive, or none, is treated as this: a silent connection is closed after one and a half of it.',
    )
    .meta({ limit: true }),
  maxTopicLevels: int()
    .min(1)
    .max(100)
    .default(32)
    .describe('Levels of a topic; a publisher that exceeds it is disconnected.')
    .meta({ limit: true }),
  maxInFlightPerConnection: int()
    .min(1)
    .default(1000)
    .describe(
      'Messages of one connection that wait for the disk; beyond it the connection is not read until some are written.',
    )
    .meta({ limit: true }),
  maxInFlightBytes: int()
    .min(65_536)
    .default(64 * 1024 * 1024)
    .describe('Bytes of all messages that wait for the disk; beyond it no connection is read until some are written.')
    .meta({ limit: true }),
  drainTimeoutMs: int()
    .min(100)
    .default(2000)
    .describe('A client that does not read for this long is disconnected.')
    .meta({ limit: true }),
  stopTimeoutMs: int()
    .min(0)
    .default(5000)
    .describe(
      'At a stop, how long to wait for messages that are on their way to the disk; then their connections are closed, and they come again.',
    )
    .meta({ limit: true }),
  brokers: z
    .array(brokerOptions)
    .max(100)
    .default([])
    .describe('Other MQTT brokers that the hub connects to; hidden because of their passwords.')
    .meta({ secret: true }),
  mappings: z
    .array(mapping)
    .max(1000)
    .default([])
    .describe('The source mqtt: which topics and JSON fields become which readings.'),
});
export type Options = z.infer<typeof options>;
