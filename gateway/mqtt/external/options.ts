/** One broker of the city that the hub connects to, `mqtt.brokers[]`. */
import { z } from 'zod';

const int = () => z.number().int();

export const brokerOptions = z.object({
  url: z
    .string()
    .regex(/^(mqtts?|wss?):\/\/[^\s]+$/, 'should begin with mqtt://, mqtts://, ws:// or wss://')
    .describe('Address: mqtt://host:1883, mqtts://host:8883, wss://host/mqtt.'),
  name: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,32}$/, 'may hold letters, digits, - and _, at most 32')
    .default('stadtpegel')
    .describe(
      'Begin of the client ids, which must be the same at every start: the broker keeps what was not acknowledged under them.',
    ),
  username: z.string().optional().describe('User name, if the broker wants one.'),
  password: z.string().optional().meta({ secret: true }).describe('Password, if the broker wants one.'),
  protocol: z
    .union([z.literal(5), z.literal(4)])
    .default(5)
    .describe('MQTT version: 5, or 4 for brokers that know 3.1.1 only (then one connection, unless they know $share).'),
  share: z
    .string()
    .regex(/^[^/+#]*$/, 'may not hold /, + or #')
    .default('stadtpegel')
    .describe('Group of the shared subscription ($share/<group>/…). Empty: no sharing, and then one connection only.'),
  connections: int()
    .min(1)
    .max(64)
    .default(2)
    .describe(
      'Connections at one time. Each has one message in work at a time, so more connections take more per second.',
    ),
  filters: z
    .array(z.string().min(1))
    .max(1000)
    .optional()
    .describe('Topic filters to subscribe to; left out: those of all configured sources.'),
  retained: z
    .enum(['ignore', 'first'])
    .default('ignore')
    .describe(
      'A retained message is the last known value, no reading. first: take it once, after the subscription; shared subscriptions (share) get none.',
    ),
  receiveMaximum: int()
    .min(1)
    .max(65_535)
    .default(200)
    .describe('Messages the broker may have under way to one connection.'),
  maxPacketBytes: int().min(1024).default(1_048_576).describe('Largest packet the broker may send (MQTT 5).'),
  sessionExpirySeconds: int()
    .min(0)
    .max(4_294_967_295)
    .default(86_400)
    .describe('How long the broker keeps messages for a hub that is away (MQTT 5).'),
  keepaliveSeconds: int()
    .min(5)
    .max(65_535)
    .default(30)
    .describe('A connection that is silent this long is asked for a sign of life.'),
  connectTimeoutMs: int().min(100).default(15_000).describe('How long to wait for an answer to CONNECT.'),
  reconnectMinMs: int()
    .min(10)
    .default(1000)
    .describe('First wait before connecting again; it doubles with each failure.'),
  reconnectMaxMs: int()
    .min(10)
    .default(60_000)
    .describe('Longest wait before connecting again. Half of each wait is random.'),
  retryMs: int().min(10).default(1000).describe('Wait before a message that could not be stored is tried again.'),
  stopTimeoutMs: int()
    .min(0)
    .default(5000)
    .describe('At a stop, how long to wait for messages that are on their way to the disk.'),
  ca: z.string().optional().describe('File with the certificate authority (PEM) of the broker.'),
  cert: z.string().optional().describe('File with the client certificate (PEM).'),
  key: z.string().optional().describe('File with the key (PEM) of the client certificate.'),
  rejectUnauthorized: z
    .boolean()
    .default(true)
    .describe('Refuse a broker whose certificate is not valid. Turn it off in a laboratory only.'),
});
export type BrokerOptions = z.infer<typeof brokerOptions>;
