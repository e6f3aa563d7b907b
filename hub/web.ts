/** The HTTP server and what answers at which path. */
import { admin } from '../api/admin/index.ts';
import { httpServer } from '../api/http/index.ts';
import { live } from '../api/live/index.ts';
import { batchDefect, sensorThings } from '../api/sensorthings/index.ts';
import { webhooks } from '../gateway/http/index.ts';
import type { Backups } from '../services/backup/index.ts';
import type { Doors } from './doors.ts';
import type { Ground } from './ground.ts';
import type { Guard } from './guard.ts';
import type { KeptHistory } from './history.ts';
import { oldMessages } from './old-messages.ts';
import type { OpenData } from './open-data.ts';
import { statusOf } from './status.ts';
import type { Storage } from './storage.ts';

export type Web = ReturnType<typeof web>;

/** `dashboards`: folder of the built ones; null: the hub runs without them. */
export function web(
  ground: Ground,
  storage: Storage,
  { doorkeeper }: Guard,
  { contexts, writer }: OpenData,
  { broker }: Doors,
  backups: Backups,
  { history }: KeptHistory,
  dashboards: string | null,
) {
  const { config, clock, seen, disks } = ground;
  const { bus, catalogue, registry, latest, sources, intake, deviceHealth } = storage;
  const streams = live({
    bus,
    catalogue,
    changes: registry,
    latest,
    clock,
    telemetry: seen,
    options: config.live,
    readerOf: (request) => doorkeeper.readerOf(request.headers, server.addressOf(request)),
    addressOf: (request) => server.addressOf(request),
    turn: () => contexts.turn(),
  });
  const status = statusOf(ground, storage, {
    broker,
    backups,
    clients: () => ({ live: streams.clients, http: server.connections }),
  });
  const server: ReturnType<typeof httpServer> = httpServer({
    options: config.http,
    telemetry: seen,
    routers: [
      {
        path: '/v1.1',
        basic: true,
        journaled: true,
        router: sensorThings({
          contexts,
          writer,
          identify: (request) => doorkeeper.identify(request.headers, server.addressOf(request)),
          defect: batchDefect(seen),
        }),
      },
      { path: '/live', router: streams.router },
      {
        path: '/ingest',
        journaled: true,
        router: webhooks({
          sources,
          intake,
          clock,
          options: config.webhooks,
          authorise: (request) => {
            doorkeeper.require('ingest', request.headers, server.addressOf(request));
            return true;
          },
        }),
      },
      {
        path: '/admin',
        journaled: true,
        body: 'json',
        // strangers must not make the hub parse bodies
        guard: (request) => {
          doorkeeper.require('admin', request.headers, server.addressOf(request));
        },
        router: admin({
          registry,
          catalogue,
          health: (device) => deviceHealth.get(device),
          ...oldMessages(storage),
          history,
          backups,
          status,
          authorize: (request) => doorkeeper.require('admin', request.headers, server.addressOf(request)),
          options: config.admin,
        }),
      },
    ],
    upgrades: [streams.upgrade, ...(broker === null ? [] : [{ path: '/mqtt', handle: broker.handleUpgrade }])],
    noRoom: () => disks.data.lack('messages'),
    statics: dashboards === null ? null : { folder: dashboards },
  });
  return { server, streams };
}
