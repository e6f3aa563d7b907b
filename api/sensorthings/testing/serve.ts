/** The API behind a real server on a port of the system's choice. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import { ADMIN, ANONYMOUS, EVERYBODY, type Identity, NOBODY, type Reader } from '../../../services/access/index.ts';
import type { AggregateReader } from '../../../services/history/index.ts';
import { type Clock, CodedError } from '../../../services/model/index.ts';
import type { CatalogueReader, ChangeFeed, Registry } from '../../../services/registry/index.ts';
import type { Capabilities, LatestReader, ObservationSource } from '../../../services/timeseries/index.ts';
import { Contexts, entityWriter, type Options, options, sensorThings } from '../index.ts';
import { cityCatalogue, cityStore, NOW } from './city.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type: string;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  readonly body: any;
}

/** `stranger`: anybody of a hub that lets everybody write; `openDevice`: a device's token there. `everybody`: of one that lets everybody read everything. */
export type Caller = 'everybody' | 'admin' | 'member' | 'device' | 'openDevice' | 'stranger' | 'anonymous';
export interface SendOptions {
  readonly as?: Caller;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Api {
  readonly root: string;
  get(path: string, as?: Caller, init?: RequestInit): Promise<Answer>;
  /** A write by the operator, unless somebody else is named. A body that is no text is sent as JSON. */
  send(method: string, path: string, body?: unknown, more?: SendOptions): Promise<Answer>;
  stop(): Promise<void>;
}

const MEMBER: Reader = { kind: 'member', organisations: ['ulm'] };
const CALLERS: Readonly<Record<string, Identity>> = {
  admin: { reader: ADMIN, scopes: new Set(['admin', 'ingest']), name: 'admin', writes: 'everything' },
  member: { reader: MEMBER, scopes: new Set(), name: 'member', writes: 'nothing' },
  everybody: { reader: EVERYBODY, scopes: new Set(), name: 'anonymous', writes: 'nothing' },
  stranger: { reader: ANONYMOUS, scopes: new Set(), name: 'anonymous', writes: 'everything' },
  device: { reader: ANONYMOUS, scopes: new Set(['ingest']), name: 'ingest', writes: 'observe' },
  openDevice: { reader: ANONYMOUS, scopes: new Set(['ingest']), name: 'ingest', writes: 'everything' },
};

export async function serve(
  parts: {
    catalogue?: CatalogueReader;
    store?: ObservationSource;
    /** Left out: the store can do everything. */
    capabilities?: Capabilities;
    /** Left out: memory that knows nothing yet, so that the store is asked. */
    latest?: LatestReader;
    aggregates?: AggregateReader;
    options?: Partial<Options>;
    clock?: Clock;
    /** Do messages wait? Left out: never. */
    busy?: () => boolean;
    /** Left out: the API can only be read. */
    registry?: Pick<Registry, 'change'> & ChangeFeed;
  } = {},
): Promise<Api> {
  const { registry, capabilities } = parts;
  const contexts = new Contexts({
    catalogue: parts.catalogue ?? cityCatalogue(),
    ...(registry === undefined ? {} : { changes: registry }),
    store: parts.store ?? (await cityStore()),
    ...(capabilities === undefined ? {} : { capabilities: () => capabilities }),
    latest: parts.latest ?? { get: () => null, newest: () => undefined, extent: () => undefined },
    ...(parts.aggregates === undefined ? {} : { aggregates: parts.aggregates }),
    clock: parts.clock ?? { now: () => NOW },
    options: options.parse(parts.options ?? {}),
    ...(parts.busy === undefined ? {} : { busy: parts.busy }),
    made: { organisation: 'hub', visibility: 'internal' },
  });
  const app = express();
  app.use(
    '/v1.1',
    sensorThings({
      contexts,
      ...(registry === undefined ? {} : { writer: entityWriter({ registry, contexts }) }),
      identify: (request) => CALLERS[request.get('x-as') ?? 'anonymous'] ?? NOBODY,
    }),
  );
  app.use((error: unknown, _: Request, res: Response, __: NextFunction) => {
    if (error instanceof CodedError) res.status(error.status).json({ code: error.code, detail: error.message });
    else res.status(500).json({ code: 'hub.internal', detail: String((error as Error).stack) });
  });
  const server = await new Promise<Server>((resolve) => {
    const s = app.listen(0, '127.0.0.1', () => resolve(s));
  });
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1.1`;
  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    const res = await fetch(root + path, init);
    const { status, headers } = res;
    const text = await res.text();
    const type = headers.get('content-type') ?? '';
    return { status, text, type, headers, body: type.includes('json') && text !== '' ? JSON.parse(text) : text };
  };
  return {
    root,
    get: (path, as = 'anonymous', init = {}) => ask(path, { ...init, headers: { 'x-as': as } }),
    send: (method, path, body, { as = 'admin', headers = {} } = {}) =>
      ask(path, {
        method,
        headers: { 'x-as': as, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
