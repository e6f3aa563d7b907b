/**
 * Who has subscribed to what, and the way of news to them. News go straight to the connections: aedes' own way leads all
 * messages through one queue, in which a client that does not read would hold what is meant for the others.
 */
import type { PublishPacket } from 'aedes';
import type { TopicDoor } from '../../../services/bus/index.ts';
import type { MqttHappenings } from '../happenings.ts';
import type { Options } from '../options.ts';
import type { Connection, Connections } from './connections.ts';

export interface SubscriberPorts {
  /** null: there is nothing to subscribe to. */
  readonly door: TopicDoor | null;
  readonly options: Options;
  readonly happenings: MqttHappenings;
  readonly connections: Connections;
}

export interface NewsFigures {
  /** Topics that somebody has subscribed to. */
  readonly topics: number;
  readonly subscriptions: number;
  /** Messages that went out to subscribers. */
  readonly told: number;
}

/** Packets that are written in one turn of the event loop: a topic with thousands of listeners must not hold up messages. */
const PER_TURN = 100;

interface Outgoing {
  readonly packet: PublishPacket;
  readonly size: number;
  readonly to: readonly Connection[];
  /** Of these the first that has not got it. */
  next: number;
}

/** Of a packet, beside topic and body: fixed header, lengths, packet id. */
const PACKET_OVERHEAD = 9;

export class Subscribers {
  told = 0;
  subscriptions = 0;
  readonly #ports: SubscriberPorts;
  readonly #byTopic = new Map<string, Set<Connection>>();
  #outgoing: Outgoing[] = [];
  #sending = false;

  constructor(ports: SubscriberPorts) {
    this.#ports = ports;
  }

  get topics(): number {
    return this.#byTopic.size;
  }

  /** Adds a subscription; else says why not. Asking again for the same is fine. */
  join(connection: Connection, topic: string): string | null {
    const { door, options } = this.#ports;
    if (connection.topics.has(topic)) return null;
    if (door === null || connection.identity === null) return 'there is nothing to subscribe to';
    if (/[+#]/.test(topic)) return 'wildcards are not possible: name the topic';
    if (topic.length > options.maxTopicLength) return `the topic is longer than ${options.maxTopicLength} characters`;
    if (connection.topics.size >= options.maxSubscriptionsPerConnection)
      return `more than ${options.maxSubscriptionsPerConnection} subscriptions of one connection`;
    const others = this.#byTopic.get(topic);
    if (others === undefined && this.#byTopic.size >= options.maxTopics)
      return `more than ${options.maxTopics} topics at one time`;
    const reason = door.subscribe(topic, connection.identity);
    if (reason !== null) return reason;
    connection.topics.add(topic);
    if (others === undefined) this.#byTopic.set(topic, new Set([connection]));
    else others.add(connection);
    this.subscriptions++;
    return null;
  }

  leave(connection: Connection, topics: Iterable<string>): void {
    for (const topic of topics) {
      if (!connection.topics.delete(topic)) continue;
      this.subscriptions--;
      const here = this.#byTopic.get(topic);
      here?.delete(connection);
      if (here?.size === 0) this.#byTopic.delete(topic);
      this.#ports.door?.leave(topic);
    }
  }

  /** Sends to everybody who has subscribed to exactly this topic, at the QoS that each asked for. */
  tell(topic: string, body: string): void {
    const here = this.#byTopic.get(topic);
    if (here === undefined) return;
    const payload = Buffer.from(body);
    const size = payload.length + topic.length + PACKET_OVERHEAD;
    const to: Connection[] = [];
    for (const connection of here) {
      if (connection.unread > 0 && connection.unread + size > this.#ports.options.maxUnreadBytes) this.#cut(connection);
      else {
        connection.unread += size;
        to.push(connection);
      }
    }
    if (to.length === 0) return;
    const packet: PublishPacket = { cmd: 'publish', topic, payload, qos: 2, retain: false, dup: false };
    this.#outgoing.push({ packet, size, to, next: 0 });
    if (this.#sending) return;
    this.#sending = true;
    setImmediate(() => this.#send());
  }

  #send(): void {
    let left = PER_TURN;
    let done = 0;
    for (const one of this.#outgoing) {
      while (one.next < one.to.length && left > 0) {
        this.#sendTo(one.to[one.next++]!, one);
        left--;
      }
      if (one.next < one.to.length) break;
      done++;
    }
    this.#outgoing = this.#outgoing.slice(done);
    this.#sending = this.#outgoing.length > 0;
    if (this.#sending) setImmediate(() => this.#send());
  }

  #sendTo(connection: Connection, { packet, size }: Outgoing): void {
    // it may have left meanwhile
    if (connection.client === null || !connection.topics.has(packet.topic)) {
      connection.unread -= size;
      return;
    }
    this.told++;
    connection.client.publish(packet, () => {
      connection.unread -= size;
    });
  }

  /** What it has missed it can read from the API when it comes back; holding it here would have no end. */
  #cut(connection: Connection): void {
    this.leave(connection, [...connection.topics]);
    this.#ports.connections.refuse(connection.stream, 'unread');
    connection.stream.destroy();
  }
}
