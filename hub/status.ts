/** What the hub says of itself: /admin/status, and the parts of /readyz. */
import { join } from 'node:path';
import type { StoreLag } from '../ingest/index.ts';
import { type Backups, hubVersion } from '../services/backup/index.ts';
import { CODES, isoTime } from '../services/model/index.ts';
import type { PartHealth } from '../services/telemetry/index.ts';
import type { Doors } from './doors.ts';
import type { Ground } from './ground.ts';
import type { Storage } from './storage.ts';
import { storeLag } from './store-lag.ts';

const MIB = 2 ** 20;

export interface StatusPorts {
  readonly broker: Doors['broker'];
  readonly backups: Pick<Backups, 'status' | 'completed'>;
  /** Live clients, open HTTP connections. */
  readonly clients: () => { readonly live: number; readonly http: number };
}

/** Gives plain JSON. */
export function statusOf(ground: Ground, storage: Storage, { broker, backups, clients }: StatusPorts): () => object {
  const { config, clock } = ground;
  const { journal, pipeline, catalogue, again, ledger, aggregates, storeKind, storeFailure, backlog } = storage;
  const about = { name: config.http.site.name, version: hubVersion(), started: isoTime(clock.now()) };
  return () => ({
    hub: { ...about, now: isoTime(clock.now()) },
    acknowledging: acknowledging(ground, storage),
    journal: { first: journal.first, last: journal.last, pendingBytes: journal.pendingBytes },
    store: {
      kind: storeKind,
      ...storeLag(storage),
      live: pipeline.storing.isLive,
      /** It has ended by itself, and only a new start of the hub mends that; null: it has not. */
      failure: storeFailure()?.message ?? null,
      /** The last quarter of an hour: `[milliseconds since 1970, records behind, uplinks since the start]`. */
      history: backlog.samples,
    },
    disks: disksJson(ground),
    devices: catalogue.devices.size,
    datastreams: catalogue.set('Datastreams').size,
    counters: { ...pipeline.counters, deadLetters: Object.fromEntries(pipeline.counters.deadLetters) },
    deadLetters: ledger.deadLetterCounts(),
    decodeAgain: {
      /** Models whose decoding has changed since their history was decoded. */
      offers: again.raised(),
      job: again.list().find(({ state }) => state === 'running')?.id ?? null,
    },
    aggregates: aggregates.figures,
    clients: { ...clients(), mqtt: broker?.figures.connections ?? null },
    mqtt: broker?.figures ?? null,
    backup: {
      state: backups.status.state,
      /** The last one that was complete; null: there is none. */
      completed: backups.completed === null ? null : isoTime(backups.completed),
    },
  });
}

/** Are messages taken and acknowledged, and if not, why? */
function acknowledging({ disks }: Ground, { journal }: Storage): object {
  const trouble = journal.stall ?? disks.data.lack('messages');
  return { ok: trouble === null, reason: trouble?.message ?? null };
}

function disksJson({ config, folder, disks }: Ground): object[] {
  const { reserveMiB, filesMiB } = config.disk;
  const rows = [
    { name: 'data', at: folder, guard: disks.data, reserve: 'messages', reserveMiB },
    // of a store elsewhere nobody looks at the disk
    ...(config.timeseries.store === 'sqlite'
      ? [
          {
            name: 'store',
            at: join(folder, 'timeseries'),
            guard: disks.store,
            reserve: 'files',
            reserveMiB: filesMiB,
          } as const,
        ]
      : []),
  ] as const;
  return rows.map(({ name, at, guard, reserve, reserveMiB }) => ({
    name,
    folder: at,
    freeBytes: guard.free,
    /** With less nothing more is written there. */
    reserveBytes: reserveMiB * MIB,
    enough: guard.lack(reserve) === null,
  }));
}

export function reportHealth({ seen }: Ground, storage: Storage): void {
  const { journal, storeFailure } = storage;
  seen.health.register('journal', () =>
    journal.stall === null ? { ok: true } : { ok: false, detail: `the disk takes no data: ${journal.stall.message}` },
  );
  seen.health.register('store', () => {
    const failure = storeFailure();
    return failure === null ? healthOf(storeLag(storage)) : { ok: false, detail: failure.message };
  });
}

/** What is accepted is acknowledged, live and kept also while the store is away: then the hub is degraded, but ready. */
function healthOf({ state, since, code, remedy, behindRecords, remainingMs }: StoreLag): PartHealth {
  const behind = `${behindRecords} records behind`;
  if (state === 'works') return { ok: true, detail: behind };
  const remaining = remainingMs === null ? '' : `, about ${Math.ceil(remainingMs / 1000)} s to go`;
  // anybody reads this: addresses and settings stand at /admin/status and in the log
  const reason = code === null ? null : `${CODES[code].title}.`;
  const why = [reason, remedy].filter((text) => text !== null).join(' ');
  return {
    ok: true,
    degraded: true,
    detail: `${state} since ${new Date(since).toISOString()}, ${behind}${remaining}${why === '' ? '' : `: ${why}`}`,
  };
}
