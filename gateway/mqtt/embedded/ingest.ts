/**
 * The way of a message: into the journal inside `authorizePublish`, because aedes sends PUBACK right after it and before
 * anything else runs. Never an error for bad content: it would close the connection, lose the PUBACKs of the messages beside
 * it, and make a QoS 1 client send the same again for ever.
 */
import type { Client, PublishPacket } from 'aedes';
import type { Intake } from '../../../services/journal/index.ts';
import { type Clock, DELIVERY, type RawMessage } from '../../../services/model/index.ts';
import { isPermanent, type TopicMatcher } from '../../envelope/index.ts';
import type { MqttHappenings } from '../happenings.ts';
import type { Connections } from './connections.ts';
import { INGESTED } from './hub-aedes.ts';

export interface IngestPorts {
  readonly matcher: TopicMatcher;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly happenings: MqttHappenings;
  readonly connections: Connections;
}

export interface IngestFigures {
  /** Messages that are in the journal. */
  accepted: number;
}

type Callback = (error?: Error | null) => void;

const NOTHING = Buffer.alloc(0);
const DOOR = { door: 'embedded' } as const;

/** `authorizePublish` of aedes. `figures` is counted up. */
export function ingest(ports: IngestPorts, figures: IngestFigures) {
  const { matcher, intake, clock, happenings, connections } = ports;
  return (client: Client | null, packet: PublishPacket, callback: Callback): void => {
    const { topic } = packet;
    const source = matcher.match(topic);
    const body = packet.payload as Buffer;
    packet.topic = INGESTED;
    // Retained or not, what a client publishes here is a fresh message; nothing is kept for later subscribers.
    packet.retain = false;
    // aedes keeps QoS 2 packets until PUBREL; the bytes are no longer needed there.
    packet.payload = NOTHING;
    if (source === null) {
      // `$SYS/…` and the like come here too: no filter of a source begins with $, and nothing is passed on.
      happenings.unclaimed(DOOR, { fields: { topic: topic.slice(0, 200), client: client?.id ?? null } });
      callback(null);
      return;
    }
    const connection = client === null ? undefined : connections.of(client.conn);
    const bytes = body.length + topic.length;
    let delivery = packet.dup ? DELIVERY.dup : 0;
    if (connection !== undefined && connection.doubtful > 0) {
      connection.doubtful--;
      delivery |= DELIVERY.reconnected;
    }
    const message: RawMessage = { source: source.id, topic, body, receivedAt: clock.now(), delivery };
    connections.begin(connection, bytes);
    intake.accept(message, (error) => {
      connections.end(connection, bytes);
      if (error === null) {
        figures.accepted++;
        callback(null);
        return;
      }
      if (isPermanent(error)) {
        happenings.lost(DOOR, { error, fields: { topic: topic.slice(0, 200), bytes: body.length } });
        callback(null);
        return;
      }
      // No PUBACK: the client must keep the message. It comes again when the client has connected anew.
      happenings.notStored(DOOR, { error });
      client?.conn.destroy();
    });
  };
}
