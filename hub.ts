/**
 * The composition root: makes the parts, hands each one the small ports that it needs, starts and stops them in order.
 * Nothing else knows all parts. `main.ts` is the process around it, `options.ts` what can be set.
 */
import { constants } from 'node:fs';
import { access as mayAccess, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { admin } from './api/admin/index.ts';
import { httpServer } from './api/http/index.ts';
import { live } from './api/live/index.ts';
import {
  apiRoot,
  batchDefect,
  Contexts,
  entityWriter,
  mqttEndpoints,
  refusedCreations,
  sensorThings,
  topicDoor,
  topicEvents,
} from './api/sensorthings/index.ts';
import { chirpstack } from './gateway/chirpstack/index.ts';
import { webhooks } from './gateway/http/index.ts';
import {
  type EmbeddedBroker,
  embeddedBroker,
  externalBroker,
  mqttHappenings,
  mqttMeasures,
  mqttSource,
} from './gateway/mqtt/index.ts';
import { thingsStack } from './gateway/things-stack/index.ts';
import { models } from './ingest/decoders/index.ts';
import { ingestEvents, ingestMetrics, Pipeline } from './ingest/index.ts';
import type { Config } from './options.ts';
import { access, accessEvents, type MadeTokens, onThisMachine, openDoors } from './services/access/index.ts';
import { busEvents, inProcessBus } from './services/bus/index.ts';
import { FileJournal, journalEvents, journalIntake, Ledger, ledgerEvents } from './services/journal/index.ts';
import { type Clock, CodedError, systemClock } from './services/model/index.ts';
import { DeviceHealthTable, JournaledRegistry, registryEvents } from './services/registry/index.ts';
import { telemetry } from './services/telemetry/index.ts';
import { LatestValues, Overlay, sqliteStore, storeEnded } from './services/timeseries/index.ts';

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
  /** Tokens that this start made; nobody can read them again. */
  readonly madeTokens: MadeTokens;
  /** What the operator has opened and should know of, one sentence each. */
  readonly warnings: readonly string[];
}

interface Part {
  start(): unknown;
  stop(): unknown;
}

const HOUSEKEEPING_MS = 10_000;
const HEALTH_DEVICES = 1_000_000;

export function hub(config: Config, surroundings: HubSurroundings = {}): Hub {
  const clock = surroundings.clock ?? systemClock;
  const folder = config.data;
  const seen = telemetry({ options: config.telemetry, clock, sink: process.stderr });

  const journal = new FileJournal({
    folder: join(folder, 'journal'),
    options: config.journal,
    events: journalEvents(seen),
  });
  const ledgerSays = ledgerEvents(seen);
  const ledger = new Ledger({ folder, maxDeadLetters: config.journal.maxDeadLetters, evicted: ledgerSays.evicted });
  let storeFailure: CodedError | null = null;
  const ended = storeEnded(seen);
  const store = sqliteStore({
    folder: join(folder, 'timeseries'),
    options: config.timeseries,
    clock,
    onFailure: (error) => {
      storeFailure = error;
      ended(error);
    },
  });
  const latest = new LatestValues();
  const overlay = new Overlay({
    store,
    latest,
    maxEdits: config.ingest.pendingEdits,
    waitMs: config.ingest.readWaitMs,
  });
  const bus = inProcessBus(busEvents(seen));
  const registry = new JournaledRegistry({
    folder,
    journal,
    models,
    clock,
    options: config.registry,
    registered: (devices) => pipeline.requeue(devices),
    room: (edits) => overlay.room(edits),
    edited: (batch) => pipeline.edited(batch),
    ...registryEvents(seen),
  });
  const { catalogue } = registry;
  const accessSays = accessEvents(seen);
  const doorkeeper = access({ directory: folder, options: config.access, clock, refused: accessSays.refused });
  const warnings = openDoors(config.access);
  const sources = [chirpstack(config.chirpstack), thingsStack(config.thingsStack), mqttSource(config.mqtt.mappings)];
  const health = new DeviceHealthTable(HEALTH_DEVICES);
  const pipeline: Pipeline = new Pipeline(
    {
      journal,
      ledger,
      catalogue,
      sources: [...sources, refusedCreations()],
      store,
      overlay,
      latest,
      bus,
      clock,
      deviceEvent: (event, receivedAt) => health.note(event, receivedAt),
      events: ingestEvents(seen),
    },
    config.ingest,
  );
  ingestMetrics(seen, pipeline);

  const intake = journalIntake(journal);
  const endpoints = (root: string) =>
    mqttEndpoints(
      root,
      { host: config.mqtt.host, port: broker?.address?.port ?? null },
      config.sensorthings.mqttEndpoints,
    );
  const contexts = new Contexts({
    catalogue,
    changes: registry,
    store: overlay,
    latest,
    clock,
    options: config.sensorthings,
    made: config.registry,
    busy: () => journal.busy,
    ...(config.mqtt.enabled ? { mqttEndpoints: endpoints } : {}),
  });
  const writer = entityWriter({ registry, contexts });
  const door = topicDoor({
    contexts,
    changes: registry,
    bus,
    writer,
    intake,
    clock,
    root: () => apiRoot(config.sensorthings.publicUrl, { host: config.http.host, port: server.port }),
    audience: () => doorkeeper.identify({}, '').reader,
    events: topicEvents(seen),
  });
  const happenings = mqttHappenings(seen);
  const broker: EmbeddedBroker | null = config.mqtt.enabled
    ? embeddedBroker({
        foreignWrites: config.http.corsWrites,
        sources,
        intake,
        door,
        addressOf: (request) => server.addressOf(request),
        identify: ({ password, local, address }) => {
          if (password !== null) return doorkeeper.verify(password);
          const anybody = doorkeeper.identify({}, address);
          return local ? onThisMachine(anybody) : anybody;
        },
        options: config.mqtt,
        clock,
        happenings,
      })
    : null;
  if (broker !== null) mqttMeasures(seen, broker);
  const brokers = config.mqtt.brokers.map((one) => externalBroker({ broker: one, sources, intake, clock, happenings }));

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
  });
  const server = httpServer({
    options: config.http,
    telemetry: seen,
    routers: [
      {
        path: '/v1.1',
        basic: true,
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
        body: 'json',
        // strangers must not make the hub parse bodies
        guard: (request) => {
          doorkeeper.require('admin', request.headers, server.addressOf(request));
        },
        router: admin({
          registry,
          catalogue,
          health: (device) => health.get(device),
          deadLetters: { list: (filter) => ledger.deadLetters(filter), counts: () => ledger.deadLetterCounts() },
          status: () => status(),
          authorize: (request) => doorkeeper.require('admin', request.headers, server.addressOf(request)),
          options: config.admin,
        }),
      },
    ],
    upgrades: [streams.upgrade, ...(broker === null ? [] : [{ path: '/mqtt', handle: broker.handleUpgrade }])],
    statics: surroundings.dashboards === undefined ? null : { folder: surroundings.dashboards },
  });

  const status = () => ({
    journal: { first: journal.first, last: journal.last, pendingBytes: journal.pendingBytes },
    store: { behindRecords: pipeline.storing.behind, live: pipeline.storing.isLive },
    devices: catalogue.devices.size,
    datastreams: catalogue.set('Datastreams').size,
    counters: { ...pipeline.counters, deadLetters: Object.fromEntries(pipeline.counters.deadLetters) },
    mqtt: broker?.figures ?? null,
  });
  seen.health.register('journal', () =>
    journal.stall === null ? { ok: true } : { ok: false, detail: `the disk takes no data: ${journal.stall.message}` },
  );
  seen.health.register('store', () =>
    storeFailure === null
      ? { ok: true, detail: `${pipeline.storing.behind} records behind` }
      : { ok: false, detail: storeFailure.message },
  );

  let made: MadeTokens = {};
  let housekeeping: NodeJS.Timeout | null = null;
  const parts: readonly Part[] = [
    ledger,
    {
      start: async () => {
        made = await doorkeeper.start();
      },
      stop: () => doorkeeper.stop(),
    },
    journal,
    store,
    registry,
    { start: () => pipeline.start(join(folder, 'latest.bin')), stop: () => pipeline.stop() },
    // at the stop the journal writes what waits before the pipeline takes it up and ends
    { start: () => undefined, stop: () => journal.stop() },
    server,
    // live clients are told goodbye before the server waits for its connections
    streams,
    ...(broker === null ? [] : [broker]),
    ...brokers,
  ];
  /** Those that have been started: stopped in the other order. */
  const started: Part[] = [];

  return {
    async start() {
      await makeFolder(folder);
      accessSays.opened(warnings);
      for (const part of parts) {
        started.push(part);
        await part.start();
      }
      housekeeping = setInterval(() => {
        registry.advance(pipeline.storing.stored);
        void registry.persist();
        // the catalogue is made again from the journal where its snapshot could not be written
        const needed = Math.min(pipeline.storing.stored, registry.saved);
        journal.prune(needed, clock.now()).catch(ledgerSays.pruneFailed);
      }, HOUSEKEEPING_MS).unref();
    },
    async stop() {
      if (housekeeping !== null) clearInterval(housekeeping);
      for (const part of started.splice(0).reverse()) await part.stop();
    },
    get ports() {
      return { http: server.port, mqtt: broker?.address?.port ?? null };
    },
    get madeTokens() {
      return made;
    },
    warnings,
  };
}

/** Throws CodedError hub.storage with one clear line where the hub could not write there. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await mayAccess(folder, constants.W_OK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CodedError(
      'hub.storage',
      `The data folder ${folder} cannot be written (${code}); choose another with --data.`,
      { cause },
    );
  }
}
