/** The connections of the broker: how many there are, what is under way on each, and when not to read further. */
import type { Duplex } from 'node:stream';
import type { Client } from 'aedes';
import { type Identity, networkOf } from '../../../services/access/index.ts';
import type { MqttHappenings } from '../happenings.ts';
import type { Options } from '../options.ts';
import { isLoopback } from './credential.ts';
import { Farewell } from './farewell.ts';
import { PacketGuard } from './guard.ts';
import { SubscriptionPace } from './subscription-pace.ts';
import { type Sender, Unfinished } from './unfinished.ts';

export interface Connection extends Sender {
  readonly stream: Duplex;
  readonly address: string;
  /** TCP over loopback, where no credential is needed. */
  readonly local: boolean;
  readonly guard: PacketGuard;
  /** Messages that wait for the disk. */
  inFlight: number;
  /** Why it was turned away; null: it was not. */
  refused: string | null;
  /** MQTT client id, of its holder (`client-id.ts`); null before it was let in. */
  clientId: string | null;
  /** So many of the next messages were perhaps sent before, over a connection that was lost. */
  doubtful: number;
  /** null before it was let in. */
  client: Client | null;
  identity: Identity | null;
  /** It showed no credential and comes from elsewhere. */
  anonymous: boolean;
  /** What it has subscribed to. */
  readonly topics: Set<string>;
  readonly pace: SubscriptionPace;
  /** It comes from a page of another web site. */
  readonly foreign: boolean;
  /** Bytes of news that it has not read yet. */
  unread: number;
}

/** Lost clients remembered at one time; the oldest is forgotten first. */
const MAX_LOST = 10_000;

export class Connections {
  /** Messages of all connections that wait for the disk, and their bytes. */
  inFlight = 0;
  inFlightBytes = 0;
  /** While true nothing more is read: the broker stops. */
  closing = false;
  /** Packets of all connections that are not complete. */
  readonly unfinished: Unfinished<Sender>;
  readonly #options: Options;
  readonly #happenings: MqttHappenings;
  readonly #open = new Map<Duplex, Connection>();
  readonly #perAddress = new Map<string, number>();
  readonly #stalled = new Set<Connection>();
  /** Those that change their subscriptions too fast, until they are read again. */
  readonly #slowed = new WeakSet<Connection>();
  readonly #named = new Map<string, Connection>();
  /** Kept beyond the end of the connection: a will is published after it. */
  readonly #identities = new WeakMap<Duplex, Identity>();
  #anonymous = 0;
  readonly #farewell = new Farewell();
  /** Of all without a credential. */
  readonly #anonymousPace: SubscriptionPace;
  /** Client id ▸ messages that were under way when its connection was lost. */
  readonly #lost = new Map<string, number>();

  constructor(options: Options, happenings: MqttHappenings) {
    this.#options = options;
    this.#happenings = happenings;
    this.unfinished = new Unfinished(options);
    this.#anonymousPace = new SubscriptionPace(options.anonymousSubscriptionsPerSecond);
  }

  get size(): number {
    return this.#open.size;
  }

  of(stream: Duplex): Connection | undefined {
    return this.#open.get(stream);
  }

  /** Takes a connection, or turns it away and gives null. */
  admit(stream: Duplex, address: string, local: boolean, foreign = false): Connection | null {
    const reason = this.#full(address);
    if (reason !== null) {
      this.#happenings.refused({ reason }, { fields: { address } });
      this.#farewell.say(stream);
      return null;
    }
    const guard = new PacketGuard(this.#options);
    const connection: Connection = {
      stream,
      address,
      local,
      guard,
      inFlight: 0,
      refused: null,
      clientId: null,
      doubtful: 0,
      client: null,
      identity: null,
      anonymous: false,
      topics: new Set(),
      pace: new SubscriptionPace(this.#options.subscriptionsPerSecond),
      foreign,
      unread: 0,
      cut: (reason) => {
        this.refuse(stream, reason);
        stream.destroy();
      },
    };
    this.#open.set(stream, connection);
    const network = networkOf(address);
    this.#perAddress.set(network, (this.#perAddress.get(network) ?? 0) + 1);
    stream.once('close', () => this.#forget(connection));
    this.#watch(connection);
    return connection;
  }

  /** Who publishes here; null: nobody was let in. */
  identityOf(stream: Duplex): Identity | null {
    return this.#identities.get(stream) ?? null;
  }

  /** Lets the client in; false: there are as many without a credential as may be. */
  letIn(connection: Connection, client: Client, identity: Identity, anonymous: boolean): boolean {
    if (anonymous) {
      if (this.#anonymous >= this.#options.maxAnonymousConnections) return false;
      this.#anonymous++;
    }
    connection.anonymous = anonymous;
    connection.client = client;
    connection.identity = connection.foreign ? onlyReading(identity) : identity;
    this.#identities.set(connection.stream, connection.identity);
    connection.guard.admitted = true;
    connection.guard.publishes = connection.identity.scopes.has('ingest') || connection.identity.writes !== 'nothing';
    this.#name(connection, client.id);
    return true;
  }

  /**
   * The client has told its id. What was under way on its last connection comes again now, and a client whose session began
   * anew need not set DUP.
   */
  #name(connection: Connection, clientId: string): void {
    const before = this.#named.get(clientId);
    connection.clientId = clientId;
    connection.doubtful = before?.inFlight ?? this.#lost.get(clientId) ?? 0;
    this.#lost.delete(clientId);
    this.#named.set(clientId, connection);
  }

  /** Counts a connection that is turned away, once, by its first reason. */
  refuse(stream: Duplex, reason: string, error?: unknown): void {
    const connection = this.#open.get(stream);
    if (connection === undefined || connection.refused !== null) return;
    connection.refused = reason;
    this.#happenings.refused({ reason }, { fields: { address: connection.address }, error });
  }

  /** A message goes to the journal. */
  begin(connection: Connection | undefined, bytes: number): void {
    this.inFlight++;
    this.inFlightBytes += bytes;
    if (connection !== undefined) connection.inFlight++;
  }

  /** It is there, or was not taken. */
  end(connection: Connection | undefined, bytes: number): void {
    this.inFlight--;
    this.inFlightBytes -= bytes;
    if (connection !== undefined) connection.inFlight--;
    if (this.#stalled.size > 0) this.#resume();
  }

  /** It joins or leaves so many topics. */
  changes(connection: Connection, topics: number): void {
    const now = performance.now();
    connection.pace.spend(topics, now);
    if (connection.anonymous) this.#anonymousPace.spend(topics, now);
  }

  destroyAll(): void {
    for (const { stream } of this.#open.values()) stream.destroy();
  }

  #full(address: string): string | null {
    if (this.#open.size >= this.#options.maxConnections) return 'connections';
    const here = this.#perAddress.get(networkOf(address)) ?? 0;
    return here >= this.#options.maxConnectionsPerAddress && !isLoopback(address) ? 'address' : null;
  }

  #forget(connection: Connection): void {
    this.#open.delete(connection.stream);
    this.#stalled.delete(connection);
    this.unfinished.forget(connection);
    if (connection.anonymous) this.#anonymous--;
    const { address, clientId } = connection;
    if (clientId !== null && this.#named.get(clientId) === connection) {
      this.#named.delete(clientId);
      if (connection.inFlight > 0) this.#remember(clientId, connection.inFlight);
    }
    const network = networkOf(address);
    const here = (this.#perAddress.get(network) ?? 1) - 1;
    if (here > 0) this.#perAddress.set(network, here);
    else this.#perAddress.delete(network);
  }

  #remember(clientId: string, underWay: number): void {
    this.#lost.delete(clientId);
    if (this.#lost.size >= MAX_LOST) {
      for (const oldest of this.#lost.keys()) {
        this.#lost.delete(oldest);
        break;
      }
    }
    this.#lost.set(clientId, underWay);
  }

  /**
   * aedes takes bytes with `stream.read(null)`. Standing in that one call, the guard sees every byte before the parser, at no
   * cost of a stream in between; and giving null makes the socket's own back-pressure hold the client.
   */
  #watch(connection: Connection): void {
    const { stream, guard } = connection;
    const read = stream.read;
    stream.read = (size?: number) => {
      if (size !== 0 && this.#mustWait(connection)) {
        this.#stalled.add(connection);
        return null;
      }
      if (size !== 0 && this.#isTooFast(connection)) return null;
      const chunk = read.call(stream, size) as Uint8Array | null;
      if (chunk === null) return null;
      const { finished } = guard;
      const violation = guard.take(chunk);
      if (violation === null) {
        this.unfinished.note(connection, guard.unfinished, guard.finished !== finished);
        return stream.destroyed ? null : chunk;
      }
      this.refuse(stream, violation);
      stream.destroy();
      return null;
    };
  }

  #mustWait(connection: Connection): boolean {
    return (
      connection.inFlight >= this.#options.maxInFlightPerConnection ||
      this.inFlightBytes >= this.#options.maxInFlightBytes ||
      this.closing
    );
  }

  /** Then it is read again when its time has come. */
  #isTooFast(connection: Connection): boolean {
    const now = performance.now();
    const wait = Math.max(connection.pace.wait(now), connection.anonymous ? this.#anonymousPace.wait(now) : 0);
    if (wait > 0 && !this.#slowed.has(connection)) {
      this.#slowed.add(connection);
      setTimeout(() => {
        this.#slowed.delete(connection);
        if (this.#open.has(connection.stream)) connection.stream.emit('readable');
      }, wait).unref();
    }
    return wait > 0;
  }

  #resume(): void {
    for (const connection of this.#stalled) {
      if (this.#mustWait(connection)) continue;
      this.#stalled.delete(connection);
      // What aedes listens to; not at once, it may be in the middle of its parser.
      setImmediate(() => connection.stream.emit('readable'));
    }
  }
}

/** Pages of other web sites hear what their user may hear, and change nothing in his name. */
function onlyReading(identity: Identity): Identity {
  return { ...identity, scopes: new Set(), writes: 'nothing' };
}
