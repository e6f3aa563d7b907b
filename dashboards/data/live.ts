/** Live values over the WebSocket `/live`, with reconnects. Protocol: services/model/live-protocol.ts. */
import type { LiveMessage, LiveValue, SubscribeMessage } from '../../services/model/index.ts';
import { backOff } from './back-off.ts';
import type { Options } from './options.ts';
import { isObject } from './request.ts';

/** `live`: a snapshot has arrived and values flow. */
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'stopped';

export interface LiveEvents {
  /** The latest value of everything: replaces what was known. */
  snapshot(values: readonly LiveValue[]): void;
  observations(values: readonly LiveValue[]): void;
  /** Latest values that take the place of what was known, also of later ones; `none`: without any value now. */
  latest(values: readonly LiveValue[], none: readonly number[]): void;
  /** Datastreams that can't be seen any more. */
  gone(datastreams: readonly number[]): void;
  /** Things that are new or look different; null: read the catalogue again. */
  changed(things: readonly number[] | null): void;
  state(state: LiveState): void;
}

/** What this needs of a WebSocket; tests bring their own. */
export type SocketLike = Pick<WebSocket, 'close' | 'send'> & {
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  onerror: (() => void) | null;
};

export interface LivePorts {
  readonly open: (url: URL) => SocketLike;
  readonly random: () => number;
  /** Calls back after milliseconds; returns how to cancel. */
  readonly later: (callback: () => void, delay: number) => () => void;
}

const BROWSER: LivePorts = {
  open: (url) => new WebSocket(url) as SocketLike,
  random: () => Math.random(),
  later: (callback, delay) => {
    const id = setTimeout(callback, delay);
    return () => clearTimeout(id);
  },
};

export class LiveValues {
  readonly #url: URL;
  readonly #events: LiveEvents;
  readonly #options: Options;
  readonly #ports: LivePorts;
  #socket: SocketLike | null = null;
  #cancel: () => void = () => {};
  #failures = 0;
  #heard = false;
  #state: LiveState = 'stopped';

  constructor(url: URL, events: LiveEvents, options: Options, ports: LivePorts = BROWSER) {
    this.#url = url;
    this.#events = events;
    this.#options = options;
    this.#ports = ports;
  }

  start(): void {
    if (this.#state !== 'stopped') return;
    this.#become('connecting');
    this.#connect();
  }

  stop(): void {
    this.#cancel();
    this.#drop();
    this.#become('stopped');
  }

  /** Connect now instead of at the end of the wait: the browser says that the network is back, or the tab is seen again. */
  hurry(): void {
    if (this.#state !== 'reconnecting' || this.#socket !== null) return;
    this.#cancel();
    this.#connect();
  }

  /** Asks for a snapshot of everything, without leaving. */
  refresh(): void {
    if (this.#state !== 'live') return;
    const message: SubscribeMessage = { type: 'subscribe', filter: {} };
    this.#socket?.send(JSON.stringify(message));
  }

  #connect(): void {
    let socket: SocketLike;
    try {
      socket = this.#ports.open(this.#url);
    } catch {
      this.#retry();
      return;
    }
    this.#socket = socket;
    this.#cancel = this.#ports.later(() => this.#lost(socket), this.#options.openTimeout);
    socket.onmessage = (event) => this.#receive(socket, event.data);
    socket.onclose = () => this.#lost(socket);
    socket.onerror = () => this.#lost(socket);
  }

  #receive(socket: SocketLike, data: unknown): void {
    const message = parse(data);
    if (socket !== this.#socket || message === null) return;
    this.#heard = true;
    if (message.type === 'snapshot') {
      this.#failures = 0;
      this.#events.snapshot(message.observations);
      this.#become('live');
      this.#cancel();
      this.#watch(socket);
    } else if (message.type === 'observations') this.#events.observations(message.observations);
    else if (message.type === 'latest') this.#events.latest(message.observations, message.none);
    else if (message.type === 'gone') this.#events.gone(message.datastreams);
    else if (message.type === 'changed') this.#events.changed(message.things);
  }

  /**
   * A cable that was pulled does not close a WebSocket, and a browser doesn't see pings. So silence is answered with a
   * question, and silence after the question is the end.
   */
  #watch(socket: SocketLike): void {
    this.#heard = false;
    this.#cancel = this.#ports.later(() => {
      if (this.#heard) {
        this.#watch(socket);
        return;
      }
      this.refresh();
      this.#cancel = this.#ports.later(() => this.#lost(socket), this.#options.openTimeout);
    }, this.#options.silence);
  }

  #lost(socket: SocketLike): void {
    if (socket !== this.#socket) return;
    this.#drop();
    this.#retry();
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
  }

  #retry(): void {
    this.#cancel();
    this.#become('reconnecting');
    const wait = backOff(this.#failures++, this.#options.backOffFirst, this.#options.backOffMost, this.#ports.random);
    this.#cancel = this.#ports.later(() => this.#connect(), wait);
  }

  #become(state: LiveState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#events.state(state);
  }
}

/** What must be an array in a message for the page to read it. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  snapshot: ['observations'],
  observations: ['observations'],
  latest: ['observations', 'none'],
  gone: ['datastreams'],
};

/** null: not a message of the protocol. A newer hub may say things that this page doesn't know yet. */
function parse(data: unknown): LiveMessage | null {
  if (typeof data !== 'string') return null;
  try {
    const value: unknown = JSON.parse(data);
    if (!isObject(value) || typeof value.type !== 'string') return null;
    const lists = Object.hasOwn(LISTS, value.type) ? LISTS[value.type]! : [];
    if (lists.some((name) => !Array.isArray(value[name]))) return null;
    if (value.type === 'changed' && value.things !== null && !Array.isArray(value.things)) return null;
    return value as unknown as LiveMessage;
  } catch {
    return null;
  }
}
