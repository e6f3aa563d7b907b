/** The live doors of the hub, put together: WebSocket and SSE over one set of streams. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { Router } from 'express';
import type { Reader } from '../../services/access/index.ts';
import type { Bus } from '../../services/bus/index.ts';
import { type Clock, CodedError } from '../../services/model/index.ts';
import type { CatalogueReader, ChangeFeed } from '../../services/registry/index.ts';
import type { Telemetry } from '../../services/telemetry/index.ts';
import type { LatestReader } from '../../services/timeseries/index.ts';
import { admission } from './admission.ts';
import type { CutReason } from './client.ts';
import type { Options } from './options.ts';
import { eventDoor } from './sse.ts';
import { streams as makeStreams } from './streams.ts';
import { Unsent } from './unsent.ts';
import { webSocketDoor } from './websocket.ts';

export interface LivePorts {
  readonly bus: Bus;
  readonly catalogue: CatalogueReader;
  /** What happens to it: clients hear what is gone for them, and what looks different. */
  readonly changes: ChangeFeed;
  readonly latest: LatestReader;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly options: Options;
  /** Throws a CodedError for a wrong token. */
  readerOf(request: IncomingMessage): Reader;
  addressOf(request: IncomingMessage): string;
  /** Resolves when a slice of work for one client may begin. Left out: in the next turn of the event loop. */
  turn?(): Promise<void>;
}

export interface Live {
  /** For mounting at `/live`: brings `/live/events`. */
  readonly router: Router;
  /** The WebSocket at `/live`. */
  readonly upgrade: { readonly path: '/live'; handle(request: IncomingMessage, socket: Duplex, head: Buffer): void };
  /** How many there are, WebSocket and SSE. */
  readonly clients: number;
  start(): void;
  /** Says goodbye to all clients. */
  stop(): Promise<void>;
}

export function live(ports: LivePorts): Live {
  const { bus, catalogue, changes, latest, clock, telemetry, options, readerOf, addressOf } = ports;
  const cut = telemetry.happening({
    metric: 'live_clients_cut',
    help: 'Live clients cut off because they lagged (bytes, time, crowd), did not answer (ping) or talked too much (messages)',
    labels: ['reason'],
    log: { level: 'info', message: 'a live client was cut off' },
  });
  const latency = telemetry.distribution({
    metric: 'live_latency_seconds',
    help: 'From the receipt of an uplink until its values were handed to the live sockets',
  });
  const failed = telemetry.happening({
    metric: 'live_news_failed',
    help: 'News of the catalogue that could not be told to live clients: a defect',
    labels: [],
    log: { level: 'error', message: 'live clients could not be told what has changed' },
  });
  const unsent: Unsent = new Unsent({ limit: options.unsentBytes, forgetShared: () => streams.forgetShared() });
  const streams = makeStreams({
    bus,
    catalogue,
    changes,
    latest,
    clock,
    options,
    unsent,
    turn: ports.turn ?? (() => turn()),
    latency: (seconds) => latency.observe(seconds),
    failed: (error) => failed({}, { error: String(error) }),
  });
  const places = admission(options, clock);
  telemetry.gauge({ metric: 'live_clients', help: 'Live clients, WebSocket and SSE', read: () => places.clients });
  telemetry.total({ metric: 'live_values', help: 'Values handed to live clients', read: () => streams.counts.values });
  telemetry.total({
    metric: 'live_frames',
    help: 'Messages handed to live clients',
    read: () => streams.counts.frames,
  });
  telemetry.total({
    metric: 'live_values_replaced',
    help: 'Values that lagging clients did not get because a later one came first',
    read: () => streams.counts.replaced,
  });

  let stopping = false;
  const doors = {
    streams,
    unsent,
    admission: places,
    options,
    clock,
    readerOf,
    addressOf(request: IncomingMessage) {
      if (stopping) throw new CodedError('hub.busy', 'the hub stops');
      return addressOf(request);
    },
    cut: (reason: CutReason | 'ping' | 'messages') => cut({ reason }),
  };
  const sockets = webSocketDoor(doors);
  const events = eventDoor(doors);
  telemetry.gauge({
    metric: 'live_unsent_bytes',
    help: 'Bytes that wait for live clients, each message once',
    read: () => unsent.total,
  });
  let ticks: NodeJS.Timeout | undefined;
  return {
    router: events.router,
    upgrade: { path: '/live', handle: sockets.upgrade },
    get clients() {
      return places.clients;
    },
    start() {
      stopping = false;
      ticks = setInterval(() => {
        streams.check();
        sockets.ping();
        events.ping();
      }, options.pingSeconds * 1000);
      ticks.unref();
    },
    async stop() {
      stopping = true;
      clearInterval(ticks);
      events.close();
      await sockets.close();
      streams.stop();
    },
  };
}
