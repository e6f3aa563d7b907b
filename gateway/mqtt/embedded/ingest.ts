/**
 * The way of a message: into the journal inside `authorizePublish`, because aedes sends PUBACK right after it and before
 * anything else runs. Never an error for bad content: it would close the connection, lose the PUBACKs of the messages beside
 * it, and make a QoS 1 client send the same again for ever. Who may not publish at all is disconnected: MQTT 3.1.1 knows no
 * other answer but an acknowledgement [§3.3.5], and that would be a lie.
 */
import type { Client, PublishPacket } from 'aedes';
import type { TopicDoor } from '../../../services/bus/index.ts';
import type { Intake } from '../../../services/journal/index.ts';
import { type Clock, DELIVERY } from '../../../services/model/index.ts';
import { isPermanent, type TopicMatcher } from '../../envelope/index.ts';
import type { MqttHappenings } from '../happenings.ts';
import type { Connections } from './connections.ts';
import { INGESTED } from './hub-aedes.ts';

export interface IngestPorts {
  readonly matcher: TopicMatcher;
  /** null: nothing is created over MQTT. */
  readonly door: TopicDoor | null;
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
  const { matcher, door, intake, clock, happenings, connections } = ports;
  const turnAway = (client: Client | null, reason: string) => {
    if (client === null) return;
    // a will comes when its connection has gone already
    if (connections.of(client.conn) === undefined) happenings.refused({ reason });
    else connections.refuse(client.conn, reason);
    client.conn.destroy();
  };
  return (client: Client | null, packet: PublishPacket, callback: Callback): void => {
    const { topic } = packet;
    const connection = client === null ? undefined : connections.of(client.conn);
    const identity = connection?.identity ?? (client === null ? null : connections.identityOf(client.conn));
    if (isMalformed(topic)) {
      turnAway(client, 'topic-encoding');
      return;
    }
    const creates = door?.creates(topic) === true;
    if (identity === null || (creates ? identity.writes === 'nothing' : !identity.scopes.has('ingest'))) {
      turnAway(client, 'publish');
      return;
    }
    const source = creates ? null : matcher.match(topic);
    const body = packet.payload as Buffer;
    packet.topic = INGESTED;
    // Retained or not, what a client publishes here is a fresh message; nothing is kept for later subscribers.
    packet.retain = false;
    // aedes keeps QoS 2 packets until PUBREL; the bytes are no longer needed there.
    packet.payload = NOTHING;
    if (source === null && !creates) {
      // `$SYS/…` and the like come here too: no filter of a source begins with $, and nothing is passed on.
      happenings.unclaimed(DOOR, { fields: { topic: topic.slice(0, 200), client: client?.id ?? null } });
      callback(null);
      return;
    }
    const bytes = body.length + topic.length;
    let delivery = packet.dup ? DELIVERY.dup : 0;
    if (connection !== undefined && connection.doubtful > 0) {
      connection.doubtful--;
      delivery |= DELIVERY.reconnected;
    }
    const done: Callback = (error) => {
      connections.end(connection, bytes);
      if (error == null) {
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
    };
    connections.begin(connection, bytes);
    if (source === null) door!.create(topic, body, identity, done);
    else intake.accept({ source: source.id, topic, body, receivedAt: clock.now(), delivery }, done);
  };
}

/**
 * U+0000, or bytes that are no UTF-8: the connection ends [MQTT 3.1.1 §1.5.3]. The parser has put U+FFFD for such bytes; a
 * topic that really holds this character, which means "lost in transmission", is refused with them.
 */
function isMalformed(topic: string): boolean {
  return topic.includes('\0') || topic.includes('\uFFFD');
}
