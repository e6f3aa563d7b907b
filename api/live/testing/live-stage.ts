/** The live streams behind a real server over a small city, and WebSocket clients for them. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import { WebSocket } from 'ws';
import { ADMIN, ANONYMOUS, type Reader } from '../../../services/access/index.ts';
import { inProcessBus } from '../../../services/bus/index.ts';
import { CodedError, type LiveMessage, systemClock } from '../../../services/model/index.ts';
import type { CatalogueReader, ChangeFeed } from '../../../services/registry/index.ts';
import { telemetry, options as telemetryOptions } from '../../../services/telemetry/index.ts';
import type { LatestReader } from '../../../services/timeseries/index.ts';
import { live, options } from '../index.ts';

export interface Row {
  domain?: string;
  organisation?: string;
  visibility?: 'public' | 'organisation' | 'internal';
  at?: [number, number];
  value?: number;
}

/** A city of Datastreams 1, 2, …, each on a Thing and at a Location of the same id. */
function city(rows: Row[]) {
  const datastreams = new Map<number, unknown>();
  const things = new Map<number, unknown>();
  const locations = new Map<number, unknown>();
  const values = new Map<number, { t: number; result: number; quality: number }>();
  const reader = {
    revision: 1,
    set: (name: string) => ({ Datastreams: datastreams, Things: things, Locations: locations })[name] ?? new Map(),
  };
  const put = (id: number, { domain = 'water', organisation = 'ulm', visibility = 'public', at, value }: Row) => {
    datastreams.set(id, { id, thing: id, domain, organisation, visibility });
    things.set(id, { id, locations: at === undefined ? [] : [id] });
    if (at !== undefined) locations.set(id, { location: { type: 'Point', coordinates: at } });
    if (value !== undefined) values.set(id, { t: 1000, result: value, quality: 0 });
    reader.revision++;
  };
  rows.forEach((row, i) => {
    put(i + 1, row);
  });
  return {
    catalogue: reader as unknown as CatalogueReader,
    changes: { onApplied: () => () => {}, onDurable: () => () => {} },
    latest: { get: (id: number) => values.get(id) ?? null } as LatestReader,
    put,
  };
}

/** A city of a test's own, in place of rows. */
export interface OwnCity {
  readonly catalogue: CatalogueReader;
  readonly changes: ChangeFeed;
  readonly latest: LatestReader;
}

/** `end` is for afterEach: it takes down what the test has begun. */
export function liveStage() {
  const running: (() => unknown)[] = [];
  const end = async () => {
    for (const stop of running.splice(0).reverse()) await stop();
  };

  async function hub(rows: Row[], given: Record<string, unknown> = {}, own?: OwnCity) {
    const made = city(rows);
    const { put } = made;
    const { catalogue, changes, latest } = own ?? made;
    const bus = inProcessBus({
      listenerFailed: (error) => {
        throw error;
      },
    });
    const seen = telemetry({
      options: telemetryOptions.parse({ processMetrics: false, level: 'silent' }),
      clock: systemClock,
      sink: { write() {} },
    });
    const readers: Record<string, Reader> = {
      'Bearer admin': ADMIN,
      'Bearer ulm': { kind: 'member', organisations: ['ulm'] },
    };
    const readerOf = ({ headers: { authorization } }: IncomingMessage) => {
      if (authorization === undefined) return ANONYMOUS;
      const reader = readers[authorization];
      if (reader === undefined) throw new CodedError('access.token', 'wrong');
      return reader;
    };
    const doors = live({
      bus,
      catalogue,
      changes,
      latest,
      clock: systemClock,
      telemetry: seen,
      options: options.parse({ closeSeconds: 0.2, ...given }),
      readerOf,
      addressOf: (request) => String(request.headers['x-from'] ?? request.socket.remoteAddress),
    });
    const app = express();
    app.use('/live', doors.router);
    const failed: ErrorRequestHandler = (error, _request, response, _next) => {
      response.status(error.status ?? 500).json({ code: error.code, detail: error.message });
    };
    app.use(failed);
    const server = createServer(app);
    server.on('upgrade', (request, socket, head) => {
      try {
        doors.upgrade.handle(request, socket, head);
      } catch (error) {
        const coded = error as CodedError;
        socket.end(`HTTP/1.1 ${coded.status} X\r\nConnection: close\r\n\r\n${coded.code}`);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    doors.start();
    running.push(async () => {
      await doors.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const { port } = server.address() as AddressInfo;
    const publish = (...values: [number, unknown, number?][]) =>
      bus.publish(
        values.map(([datastream, result, quality = 0]) => ({
          datastream,
          result: result as number,
          quality,
          phenomenonTime: 2000,
          receivedAt: Date.now(),
        })),
      );
    const count = async (name: string) => {
      const line = (await seen.metrics()).text.split('\n').find((each) => each.startsWith(`stadtpegel_${name}`));
      return Number(line?.split(' ').at(-1));
    };
    return { port, bus, publish, put, doors, count, url: `ws://127.0.0.1:${port}/live` };
  }

  /** A real client that keeps its messages for the test to take one by one. */
  function listen(url: string, headers: Record<string, string> = {}) {
    const socket = new WebSocket(url, { headers });
    running.push(() => socket.terminate());
    const messages: LiveMessage[] = [];
    const waiting: ((message: LiveMessage) => void)[] = [];
    socket.on('message', (data, binary) => {
      if (binary) throw new Error('binary');
      const message = JSON.parse(String(data)) as LiveMessage;
      const next = waiting.shift();
      if (next === undefined) messages.push(message);
      else next(message);
    });
    const closed = new Promise<{ code: number; reason: string }>((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
    const refused = new Promise<string>((resolve) => socket.on('error', (error) => resolve(error.message)));
    const next = () =>
      new Promise<LiveMessage>((resolve) => {
        const message = messages.shift();
        if (message === undefined) waiting.push(resolve);
        else resolve(message);
      });
    return { socket, next, closed, refused, messages };
  }

  return { hub, listen, end, later: (stop: () => unknown) => running.push(stop) };
}

export const idsOf = (message: LiveMessage) =>
  'observations' in message ? message.observations.map((o) => o.datastream) : message;
