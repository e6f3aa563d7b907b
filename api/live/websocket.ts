/** `/live`: live values over a WebSocket [RFC 6455], the protocol of services/model/live-protocol.ts. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Reader } from '../../services/access/index.ts';
import { ANONYMOUS } from '../../services/access/index.ts';
import { type Clock, CodedError, type LiveFilter } from '../../services/model/index.ts';
import { queryOf } from '../http/index.ts';
import type { Admission, Place } from './admission.ts';
import type { CutReason } from './client.ts';
import { filterOfMessage, filterOfQuery } from './filter.ts';
import type { Options } from './options.ts';
import type { Streams, Subscription } from './streams.ts';
import type { Unsent } from './unsent.ts';
import { errorFrame, type Frame } from './values.ts';

export interface TransportPorts {
  readonly streams: Streams;
  readonly unsent: Unsent;
  readonly admission: Admission;
  readonly options: Options;
  readonly clock: Clock;
  readerOf(request: IncomingMessage): Reader;
  addressOf(request: IncomingMessage): string;
  cut(reason: CutReason | 'ping' | 'messages'): void;
}

export interface WebSocketDoor {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sends pings; ends who did not answer the last one. */
  ping(): void;
  /** Says goodbye to everybody and gives them `closeSeconds`. */
  close(): Promise<void>;
}

/** Until its next ping a client may be silent; what it must give back then can't be said in advance. */
interface State {
  /** What the last ping held; null: it was answered. */
  asked: string | null;
  subscription: Subscription | null;
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

function answerTo(error: unknown): Frame {
  const { code, message } =
    error instanceof CodedError ? error : new CodedError('hub.internal', 'see the log of the hub');
  return errorFrame(code, message);
}

export function webSocketDoor(ports: TransportPorts): WebSocketDoor {
  const { streams, unsent, admission, options, clock, readerOf, addressOf } = ports;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Compression costs 300 kB and a millisecond per client; values are small and many clients share one buffer.
    perMessageDeflate: false,
    autoPong: false,
    maxPayload: options.messageBytes,
  });
  const open = new Map<WebSocket, State>();

  const serve = (socket: WebSocket, query: URLSearchParams, reader: Reader, place: Place) => {
    const state: State = { asked: null, subscription: null };
    open.set(socket, state);
    const settle = () => state.subscription?.client.settle();
    const cut = (reason: CutReason) => {
      ports.cut(reason);
      socket.terminate();
    };
    const held = unsent.holder(() => cut('crowd'));
    const pipe = {
      write: ({ json }: Frame) => {
        const left = held.hold(json);
        socket.send(json, { binary: false }, () => {
          left();
          settle();
        });
      },
      get buffered() {
        return socket.bufferedAmount;
      },
      cut,
    };
    const subscribe = (filter: LiveFilter) => {
      if (state.subscription === null) state.subscription = streams.join(filter, reader, pipe);
      else {
        place.spend();
        state.subscription.change(filter);
      }
    };
    let minute = 0;
    let messages = 0;
    /** Pings of the client count too: each makes the hub answer. */
    const tooMany = () => {
      const now = Math.floor(clock.now() / 60_000);
      messages = now === minute ? messages + 1 : 1;
      minute = now;
      if (messages <= options.messagesPerMinute) return false;
      ports.cut('messages');
      socket.close(POLICY, 'too many messages');
      return true;
    };
    socket.on('message', (data, binary) => {
      // what comes behind our goodbye
      if (socket.readyState !== socket.OPEN || tooMany()) return;
      try {
        if (binary) throw new CodedError('request.body', 'messages are JSON text, not binary');
        subscribe(filterOfMessage(String(data)));
      } catch (error) {
        state.subscription?.client.answer(answerTo(error));
      }
    });
    socket.on('ping', (data) => {
      if (socket.readyState === socket.OPEN && !tooMany()) socket.pong(data);
    });
    socket.on('pong', (data) => {
      if (data.toString('latin1') === state.asked) state.asked = null;
    });
    socket.on('error', () => {}); // 'close' follows; what a peer sends wrong is its own business
    socket.on('close', () => {
      open.delete(socket);
      state.subscription?.leave();
      held.drop();
      place.leave();
    });
    try {
      subscribe(filterOfQuery(query));
    } catch (error) {
      // A browser shows its script neither status nor body of a refused upgrade, so the reason is said inside.
      const answer = answerTo(error);
      socket.send(answer.json, { binary: false });
      const { detail } = JSON.parse(String(answer.json)) as { detail: string };
      socket.close(POLICY, Buffer.from(detail).subarray(0, 120).toString('utf8').replace(/�$/, ''));
    }
  };

  return {
    upgrade(request, socket, head) {
      const reader = foreign(request) ? ANONYMOUS : readerOf(request);
      const place = admission.enter(addressOf(request));
      socket.once('close', place.leave); // also where the handshake fails
      const query = queryOf(request.url);
      server.handleUpgrade(request, socket, head, (made) => serve(made, query, reader, place));
    },
    ping() {
      for (const [socket, state] of open) {
        // A ping waits behind what is queued: a lagging client has its own time limit.
        if (state.subscription?.client.lagging) continue;
        if (state.asked !== null) {
          ports.cut('ping');
          socket.terminate();
          continue;
        }
        state.asked = randomBytes(8).toString('latin1');
        socket.ping(Buffer.from(state.asked, 'latin1'));
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
