/** The broker put together: listener, limits, credentials, the way into the journal. */
import type { IncomingMessage } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Identity } from '../../../services/access/index.ts';
import type { TopicDoor } from '../../../services/bus/index.ts';
import type { Intake } from '../../../services/journal/index.ts';
import { type Clock, CodedError, type Source } from '../../../services/model/index.ts';
import { topicMatcher } from '../../envelope/index.ts';
import type { MqttHappenings } from '../happenings.ts';
import type { Options } from '../options.ts';
import { Connections } from './connections.ts';
import { type Credential, isLoopback } from './credential.ts';
import { isForeignPage } from './foreign-page.ts';
import { handlers } from './handlers.ts';
import { HubAedes } from './hub-aedes.ts';
import { type IngestFigures, ingest } from './ingest.ts';
import { type NewsFigures, Subscribers } from './subscribers.ts';
import { type WebSocketDoor, webSocketDoor } from './websocket.ts';

export interface EmbeddedPorts {
  /** Their topic filters decide what is taken; the first that claims a topic gets the message. */
  readonly sources: readonly Source[];
  readonly intake: Intake;
  /** Entities over MQTT: what can be subscribed to, and created. Left out: nothing. */
  readonly door?: TopicDoor;
  /**
   * Who is this? Asked once per connection; null: turned away. Without a password it is somebody on this machine (`local`) or
   * anonymous. Messages for the sources need the scope `ingest`, creating needs `writes`.
   */
  identify(credential: Credential): Identity | null | Promise<Identity | null>;
  /** Address of a WebSocket's client, behind proxies as well. Left out: whoever holds the connection. */
  addressOf?(request: IncomingMessage): string;
  /** May pages of other web sites publish over WebSocket? Left out: no, they only subscribe. */
  readonly foreignWrites?: boolean;
  readonly options: Options;
  readonly clock: Clock;
  readonly happenings: MqttHappenings;
}

export interface EmbeddedFigures extends Readonly<IngestFigures>, NewsFigures {
  readonly connections: number;
  /** Messages that wait for the disk. */
  readonly inFlight: number;
  readonly inFlightBytes: number;
  /** Of packets and frames that are not complete. */
  readonly unfinishedBytes: number;
}

export interface EmbeddedBroker {
  /** Throws CodedError when the address can't be listened on. */
  start(): Promise<void>;
  /** Takes nothing more, waits for what is on its way to the disk, then closes the connections. */
  stop(): Promise<void>;
  /** Where it listens; null before the start. */
  readonly address: AddressInfo | null;
  /** For `/mqtt` of the HTTP server: WebSocket with the subprotocol `mqtt`. Publishing always needs a credential here. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  readonly figures: EmbeddedFigures;
}

export function embeddedBroker(ports: EmbeddedPorts): EmbeddedBroker {
  const { options, happenings, sources, intake, clock } = ports;
  const connections = new Connections(options, happenings);
  const door = ports.door ?? null;
  const subscribers = new Subscribers({ door, options, happenings, connections });
  const counted: IngestFigures = { accepted: 0 };
  const matcher = topicMatcher(sources);
  let aedes: HubAedes | null = null;
  let server: Server | null = null;
  let webSockets: WebSocketDoor | null = null;
  let stopListening: (() => void) | null = null;

  const accept = (stream: Duplex, address: string, local: boolean, foreign = false) => {
    if (aedes === null || connections.closing) {
      stream.destroy();
      return;
    }
    const connection = connections.admit(stream, address, local, foreign);
    if (connection === null) return;
    stream.once('close', () => subscribers.leave(connection, [...connection.topics]));
    aedes.handle(stream);
  };

  return {
    async start() {
      connections.closing = false;
      aedes = await HubAedes.open({
        ...handlers(ports, connections, subscribers),
        authorizePublish: ingest({ matcher, door, intake, clock, happenings, connections }, counted),
        connectTimeout: options.connectTimeoutMs,
        drainTimeout: options.drainTimeoutMs,
        maxTopicLevels: options.maxTopicLevels,
        maxInflightInbound: options.maxInFlightPerConnection,
      });
      aedes.on('unsubscribe', (topics, client) => {
        const connection = connections.of(client.conn);
        if (connection === undefined) return;
        connections.changes(connection, topics.length);
        subscribers.leave(connection, topics);
      });
      stopListening = door?.onNews((topic, body) => subscribers.tell(topic, body)) ?? null;
      aedes.on('clientError', () => happenings.clientLost({}));
      aedes.on('connectionError', (client, error) => {
        connections.refuse(
          client.conn,
          error.message.startsWith('connect did not') ? 'connect-timeout' : 'protocol',
          error,
        );
      });
      const cut = (stream: Duplex, reason: string) => {
        connections.refuse(stream, reason);
        stream.destroy();
      };
      webSockets = webSocketDoor(options.maxWebSocketFrameBytes, connections.unfinished, cut, (stream, request) =>
        accept(
          stream,
          ports.addressOf?.(request) ?? request.socket.remoteAddress ?? '',
          false,
          ports.foreignWrites !== true && isForeignPage(request),
        ),
      );
      server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
        const address = socket.remoteAddress ?? '';
        accept(socket, address, options.loopbackWithoutCredential && isLoopback(address));
      });
      await listen(server, options);
    },
    async stop() {
      connections.closing = true;
      stopListening?.();
      stopListening = null;
      server?.close();
      webSockets?.close();
      const deadline = performance.now() + options.stopTimeoutMs;
      while (connections.inFlight > 0 && performance.now() < deadline) await pause(10);
      // The last acknowledgements are written in the turns of the event loop that follow.
      await pause(10);
      await new Promise<void>((resolve) => (aedes === null ? resolve() : aedes.close(() => resolve())));
      connections.destroyAll();
      while (connections.size > 0) await pause(1);
      aedes = null;
      server = null;
    },
    get address() {
      const address = server?.address() ?? null;
      return typeof address === 'string' ? null : address;
    },
    handleUpgrade(request, socket, head) {
      if (webSockets === null || connections.closing) socket.destroy();
      else webSockets.upgrade(request, socket, head);
    },
    get figures() {
      return {
        accepted: counted.accepted,
        connections: connections.size,
        inFlight: connections.inFlight,
        inFlightBytes: connections.inFlightBytes,
        unfinishedBytes: connections.unfinished.bytes,
        topics: subscribers.topics,
        subscriptions: subscribers.subscriptions,
        told: subscribers.told,
      };
    },
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function listen(server: Server, { host, port }: Options): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is in use' : `can't be listened on (${error.code ?? error.message})`;
      const detail = `MQTT: ${host}:${port} ${why}; choose another with mqtt.port or mqtt.host`;
      reject(new CodedError('hub.listen', detail, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
  server.removeAllListeners('error');
  server.on('error', () => {});
}
