/**
 * One connection to another broker. mqtt.js acknowledges a message after its handler's `done()`, one message at a time.
 * `done(error)` would send nothing and leak the slot until the broker stops delivering, so it is never called: what can't be
 * stored is tried again in place.
 */
import { connect, type IPublishPacket, type MqttClient } from 'mqtt';
import type { RawMessage } from '../../../services/model/index.ts';
import { isPermanent, type TopicMatcher } from '../../envelope/index.ts';
import { backoff } from './backoff.ts';
import { clientOptions } from './client-options.ts';
import { deliveryMarks } from './delivery.ts';
import type { ExternalPorts } from './ports.ts';

export interface ConnectionPorts extends ExternalPorts {
  readonly clientId: string;
  readonly matcher: TopicMatcher;
  /** Topic filters as the broker gets them, with `$share` where wanted. */
  readonly subscriptions: readonly string[];
}

export interface ConnectionFigures {
  connected: boolean;
  /** Messages that are in the journal. */
  accepted: number;
}

export interface BrokerConnection {
  start(): void;
  stop(): Promise<void>;
  readonly figures: Readonly<ConnectionFigures>;
}

const DOOR = { door: 'external' } as const;

export function brokerConnection(ports: ConnectionPorts): BrokerConnection {
  const { broker, clientId, matcher, subscriptions, intake, clock, happenings } = ports;
  const address = withoutUser(broker.url);
  const waits = backoff(broker.reconnectMinMs, broker.reconnectMaxMs, ports.random ?? Math.random);
  const marks = deliveryMarks(broker.retained);
  const figures: ConnectionFigures = { connected: false, accepted: 0 };
  const timers = new Set<NodeJS.Timeout>();
  let client: MqttClient | null = null;
  let stopping = false;
  /** Messages that wait for the disk. */
  let underWay = 0;

  const later = (ms: number, run: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
  };

  const store = (message: RawMessage, stored: () => void) => {
    intake.accept(message, (error) => {
      if (error === null) {
        figures.accepted++;
        stored();
        return;
      }
      if (isPermanent(error)) {
        happenings.lost(DOOR, { error, fields: { topic: message.topic.slice(0, 200), bytes: message.body.length } });
        stored();
        return;
      }
      happenings.notStored(DOOR, { error });
      later(broker.retryMs, () => store(message, stored));
    });
  };

  const handle = (mqtt: MqttClient, packet: IPublishPacket, done: () => void) => {
    // From here on nothing is taken: it is not acknowledged, so the broker keeps it.
    if (stopping) return;
    const { topic } = packet;
    const source = matcher.match(topic);
    if (source === null) {
      happenings.unclaimed(DOOR, { fields: { topic: topic.slice(0, 200), broker: address } });
      done();
      return;
    }
    const delivery = marks.of(packet);
    if (delivery === null) {
      happenings.retainedIgnored({});
      done();
      return;
    }
    const body = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const { stream } = mqtt;
    underWay++;
    store({ source: source.id, topic, body, receivedAt: clock.now(), delivery }, () => {
      underWay--;
      // An acknowledgement belongs to the connection that delivered: sent over the next one, its packet id may name another
      // message by then. The broker repeats this one, and its identity shows it.
      if (mqtt.connected && mqtt.stream === stream) done();
    });
  };

  const subscribe = (mqtt: MqttClient) => {
    // QoS 1 at the most: mqtt.js acknowledges QoS 2 before its handler runs. `rh` [MQTT 5 §3.8.3.1]: 2 no retained messages,
    // 1 those of a new subscription.
    const rh = broker.retained === 'first' ? 1 : 2;
    mqtt.subscribe([...subscriptions], { qos: 1, ...(broker.protocol === 5 ? { rh } : {}) }, (error, granted) => {
      const refused = granted?.find(({ qos }) => qos >= 128);
      if (error === null && refused === undefined) return;
      const detail = error?.message ?? `the broker refused ${refused?.topic}`;
      happenings.disconnected({ broker: address }, { fields: { detail, client: clientId } });
      mqtt.stream.destroy();
    });
  };

  return {
    figures,
    start() {
      stopping = false;
      let problem = 'the connection was closed';
      const mqtt = connect(broker.url, clientOptions(broker, clientId));
      client = mqtt;
      mqtt.handleMessage = (packet, done) => handle(mqtt, packet as IPublishPacket, () => done());
      mqtt.on('connect', ({ sessionPresent }) => {
        figures.connected = true;
        waits.reset();
        happenings.connected({ broker: address }, { fields: { client: clientId } });
        // Without a session the broker has nothing to repeat.
        if (sessionPresent) marks.reconnected(broker.receiveMaximum);
        subscribe(mqtt);
      });
      mqtt.on('error', (error) => {
        problem = error.message;
      });
      mqtt.on('close', () => {
        figures.connected = false;
        if (stopping) return;
        happenings.disconnected({ broker: address }, { fields: { detail: problem, client: clientId } });
        problem = 'the connection was closed';
        later(waits.next(), () => mqtt.reconnect());
      });
    },
    async stop() {
      stopping = true;
      const deadline = performance.now() + broker.stopTimeoutMs;
      while (underWay > 0 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      if (client === null) return;
      await disconnect(client);
      client.removeAllListeners();
      // An error event that nobody hears would end the process.
      client.on('error', () => {});
      client = null;
    },
  };
}

/** DISCONNECT has this long to leave. */
const FAREWELL_MS = 200;

/**
 * mqtt.js waits for the end of a stream that nobody reads any more (messages that are not taken stand in its way), or that is
 * closed already: so the stream is destroyed when DISCONNECT had its time.
 */
async function disconnect(client: MqttClient): Promise<void> {
  const { stream } = client;
  const ended = client.endAsync(!client.connected).catch(() => {});
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, FAREWELL_MS))]);
  stream.destroy();
}

/** For logs and metrics: an address may carry a password. */
function withoutUser(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}
