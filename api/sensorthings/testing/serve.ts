/** The API behind a real server on a port of the system's choice. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import { ADMIN, ANONYMOUS, type Reader } from '../../../services/access/index.ts';
import { CodedError } from '../../../services/model/index.ts';
import type { CatalogueReader } from '../../../services/registry/index.ts';
import { type ObservationSource, type Options, options, type SensorThingsPorts, sensorThings } from '../index.ts';
import { cityCatalogue, cityStore, NOW } from './city.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  readonly body: any;
}

export interface Api {
  readonly root: string;
  get(path: string, as?: 'admin' | 'member' | 'anonymous', init?: RequestInit): Promise<Answer>;
  stop(): Promise<void>;
}

const MEMBER: Reader = { kind: 'member', organisations: ['ulm'] };

export async function serve(
  parts: {
    catalogue?: CatalogueReader;
    store?: ObservationSource;
    options?: Partial<Options>;
    clock?: SensorThingsPorts['clock'];
  } = {},
): Promise<Api> {
  const store = parts.store ?? (await cityStore());
  const app = express();
  app.use(
    '/v1.1',
    sensorThings({
      catalogue: parts.catalogue ?? cityCatalogue(),
      store,
      latest: { get: () => null },
      clock: parts.clock ?? { now: () => NOW },
      options: options.parse(parts.options ?? {}),
      reader: (request) =>
        request.get('x-as') === 'admin' ? ADMIN : request.get('x-as') === 'member' ? MEMBER : ANONYMOUS,
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
  return {
    root,
    async get(path, as = 'anonymous', init = {}) {
      const res = await fetch(root + path, { ...init, headers: { 'x-as': as } });
      const text = await res.text();
      const type = res.headers.get('content-type') ?? '';
      return { status: res.status, text, type, body: type.includes('json') && text !== '' ? JSON.parse(text) : text };
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
