/** `/live`: live values over a WebSocket [RFC 6455], the protocol of services/model/live-protocol.ts. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Reader } from '../../services/access/index.ts';
import { ANONYMOUS } from '../../services/access/index.ts';
import { type Clock, CodedError, type LiveFilter } from '../../services/model/index.ts';
import type { Admission } from './admission.ts';
import type { CutReason } from './client.ts';
import { filterOfMessage, filterOfQuery } from './filter.ts';
import type { Options } from './options.ts';
import type { Streams, Subscription } from './streams.ts';

export interface TransportPorts {
  readonly streams: Streams;
  readonly admission: Admission;
  readonly options: Options;
  readonly clock: Clock;
  readerOf(request: IncomingMessage): Reader;
  addressOf(request: IncomingMessage): string;
  cut(reason: CutReason | 'ping' | 'messages'): void;
}

export interface WebSocketDoor {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Bytes that wait for all clients together. */
  unsent(): number;
  /** Sends pings; ends who did not answer the last one. */
  ping(): void;
  /** Says goodbye to everybody and gives them `closeSeconds`. */
  close(): Promise<void>;
}

/** Close codes [RFC 6455 §7.4.1]. */
const GOING_AWAY = 1001;
const POLICY = 1008;

/**
 * A browser sends its remembered password along with a WebSocket that any web site opens. What a foreign site opens is
 * therefore nobody's; scripts can't set the header themselves, and programs send no Origin.
 */
function foreign(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}

export function webSocketDoor(ports: TransportPorts): WebSocketDoor {
  const { streams, admission, options, clock, readerOf, addressOf } = ports;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Compression costs 300 kB and a millisecond per client; values are small and many clients share one buffer.
    perMessageDeflate: false,
    maxPayload: options.messageBytes,
  });
  const open = new Map<WebSocket, { alive: boolean; subscription: Subscription | null }>();

  const serve = (socket: WebSocket, query: URLSearchParams, reader: Reader, release: () => void) => {
    const state: { alive: boolean; subscription: Subscription | null } = { alive: true, subscription: null };
    open.set(socket, state);
    const say = (error: unknown) => {
      const { code, message } =
        error instanceof CodedError ? error : new CodedError('hub.internal', 'see the log of the hub');
      socket.send(JSON.stringify({ type: 'error', code, detail: message }));
      return message;
    };
    const settle = () => state.subscription?.client.settle();
    const pipe = {
      write: (given: { json: Buffer }) => socket.send(given.json, { binary: false }, settle),
      get buffered() {
        return socket.bufferedAmount;
      },
      cut: (reason: CutReason) => {
        ports.cut(reason);
        socket.terminate();
      },
    };
    const subscribe = (filter: LiveFilter) => {
      if (state.subscription === null) state.subscription = streams.join(filter, reader, pipe);
      else state.subscription.change(filter);
    };
    let minute = 0;
    let messages = 0;
    socket.on('message', (data, binary) => {
      const now = Math.floor(clock.now() / 60_000);
      messages = now === minute ? messages + 1 : 1;
      minute = now;
      if (messages > options.messagesPerMinute) {
        ports.cut('messages');
        socket.close(POLICY, 'too many messages');
        return;
      }
      try {
        if (binary) throw new CodedError('request.body', 'messages are JSON text, not binary');
        subscribe(filterOfMessage(String(data)));
      } catch (error) {
        say(error);
      }
    });
    socket.on('pong', () => {
      state.alive = true;
    });
    socket.on('error', () => {}); // 'close' follows; what a peer sends wrong is its own business
    socket.on('close', () => {
      open.delete(socket);
      state.subscription?.leave();
      release();
    });
    try {
      subscribe(filterOfQuery(query));
    } catch (error) {
      // A browser shows its script neither status nor body of a refused upgrade, so the reason is said inside.
      socket.close(POLICY, Buffer.from(say(error)).subarray(0, 120).toString('utf8').replace(/�$/, ''));
    }
  };

  return {
    upgrade(request, socket, head) {
      const reader = foreign(request) ? ANONYMOUS : readerOf(request);
      const release = admission.enter(addressOf(request));
      socket.once('close', release); // also where the handshake fails
      const query = new URL(request.url ?? '/', 'http://hub').searchParams;
      server.handleUpgrade(request, socket, head, (made) => serve(made, query, reader, release));
    },
    unsent: () => [...open.keys()].reduce((sum, socket) => sum + socket.bufferedAmount, 0),
    ping() {
      for (const [socket, state] of open) {
        // A ping waits behind what is queued: a lagging client has its own time limit.
        if (state.subscription?.client.lagging) continue;
        if (!state.alive) {
          ports.cut('ping');
          socket.terminate();
          continue;
        }
        state.alive = false;
        socket.ping();
      }
    },
    async close() {
      const closed = [...open.keys()].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      for (const socket of open.keys()) socket.close(GOING_AWAY, 'the hub stops');
      const late = setTimeout(() => {
        for (const socket of open.keys()) socket.terminate();
      }, options.closeSeconds * 1000);
      await Promise.all(closed);
      clearTimeout(late);
    },
  };
}
