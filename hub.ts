/**
 * The composition root: makes the groups of parts (`hub/`), hands each one the small ports that it needs, starts and stops
 * them in order. Nothing else knows all parts. `main.ts` is the process around it, `options.ts` what can be set.
 */
import {
  backupsOf,
  type Doors,
  disksOf,
  folderFormat,
  type Ground,
  guardOf,
  historyOf,
  housekeeping,
  makeFolder,
  mqttDoors,
  openData,
  type Part,
  reportHealth,
  storageOf,
  type Web,
  web,
} from './hub/index.ts';
import type { Config } from './options.ts';
import type { MadeTokens } from './services/access/index.ts';
import { type Clock, systemClock } from './services/model/index.ts';
import { telemetry } from './services/telemetry/index.ts';

export interface HubSurroundings {
  readonly clock?: Clock;
  /** Folder of the built dashboards; left out: the hub runs without them. */
  readonly dashboards?: string;
}

export interface Hub {
  /** Throws CodedError with one clear line: a port in use, a folder that cannot be written. */
  start(): Promise<void>;
  /** Takes nothing new, finishes what was acknowledged, closes. Safe to call after a failed start. */
  stop(): Promise<void>;
  readonly ports: { readonly http: number; readonly mqtt: number | null };
  /** Which time-series store it has and where, for a person. */
  readonly storePlace: string;
  /** Tokens that this start made; nobody can read them again. */
  readonly madeTokens: MadeTokens;
  /** What the operator has opened and should know of, one sentence each. */
  readonly warnings: readonly string[];
}

export function hub(config: Config, surroundings: HubSurroundings = {}): Hub {
  const clock = surroundings.clock ?? systemClock;
  const folder = config.data;
  const seen = telemetry({ options: config.telemetry, clock, sink: process.stderr });
  const disks = disksOf(config, folder, seen);
  const ground: Ground = { config, clock, folder, seen, disks };
  const guard = guardOf(ground);
  const storage = storageOf(ground);
  const backups = backupsOf(ground, storage);
  const kept = historyOf(ground, storage, backups);
  const format = folderFormat(ground);
  const mqttPort = () => doors.broker?.address?.port ?? null;
  const data = openData(ground, storage, guard, { httpPort: () => server.port, mqttPort });
  const doors: Doors = mqttDoors(ground, storage, guard, data, (request) => server.addressOf(request));
  const { server, streams }: Web = web(
    ground,
    storage,
    guard,
    data,
    doors,
    backups,
    kept,
    surroundings.dashboards ?? null,
  );
  reportHealth(ground, storage);

  const parts: readonly Part[] = [
    format.check,
    disks.part,
    storage.ledger,
    format.identify,
    guard.part,
    ...storage.parts,
    format.seal,
    backups,
    kept.part,
    server,
    // live clients are told goodbye before the server waits for its connections
    streams,
    ...(doors.broker === null ? [] : [doors.broker]),
    ...doors.brokers,
    housekeeping(storage, kept.keepsFrom),
  ];
  /** Those that have been started: stopped in the other order. */
  const started: Part[] = [];

  return {
    async start() {
      await makeFolder(folder);
      guard.warn();
      for (const part of parts) {
        started.push(part);
        await part.start();
      }
    },
    async stop() {
      for (const part of started.splice(0).reverse()) await part.stop();
    },
    get ports() {
      return { http: server.port, mqtt: mqttPort() };
    },
    get madeTokens() {
      return guard.madeTokens();
    },
    storePlace: storage.storePlace,
    warnings: guard.warnings,
  };
}
