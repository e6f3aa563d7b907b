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
import { access, type Identity, type MadeTokens, openDoors } from './services/access/index.ts';
import { inProcessBus } from './services/bus/index.ts';
import { FileJournal, journalEvents, journalIntake, Ledger } from './services/journal/index.ts';
import { type Clock, CodedError, systemClock } from './services/model/index.ts';
import { DeviceHealthTable, JournaledRegistry } from './services/registry/index.ts';
import { telemetry } from './services/telemetry/index.ts';
import { LatestValues, Overlay, sqliteStore } from './services/timeseries/index.ts';

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

const HOUR = 3_600_000;
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
  const pruneFailed = seen.happening({
    metric: 'journal_prune_failures',
    help: 'Times that old journal segments could not be deleted',
    log: { level: 'warn', message: 'old journal segments could not be deleted' },
  });
  const evicted = seen.happening({
    metric: 'dead_letters_evicted',
    help: 'Dead letters pushed out by journal.maxDeadLetters; their messages stay in the journal',
    log: {
      level: 'warn',
      message: 'there are more dead letters than journal.maxDeadLetters; the oldest were forgotten',
    },
  });
  const ledger = new Ledger({
    folder,
    maxDeadLetters: config.journal.maxDeadLetters,
    evicted: (count) => evicted({}, { count }),
  });
  let storeFailure: CodedError | null = null;
  const storeEnded = seen.happening({
    metric: 'store_ended',
    help: 'Times that the time-series store ended by itself',
    log: {
      level: 'error',
      message: 'the time-series store ended by itself; uplinks are kept in the journal until the hub is started again',
    },
  });
  const store = sqliteStore({
    folder: join(folder, 'timeseries'),
    options: config.timeseries,
    clock,
    onFailure: (error) => {
      storeFailure = error;
      storeEnded({}, { error });
    },
  });
  const latest = new LatestValues();
  const overlay = new Overlay({
    store,
    latest,
    maxEdits: config.ingest.pendingEdits,
    waitMs: config.ingest.readWaitMs,
  });
  const listenerDefect = seen.happening({
    metric: 'bus_listener_defects',
    help: 'Listeners of live values that threw',
    log: { level: 'error', message: 'a listener of live values failed, which is a defect' },
  });
  const bus = inProcessBus({ listenerFailed: (error) => listenerDefect({}, { error }) });
  const snapshotFailed = seen.happening({
    metric: 'registry_snapshot_failures',
    help: 'Snapshots of the registry that could not be written; the journal has everything',
    log: { level: 'warn', message: "the registry's snapshot could not be written; the journal has everything" },
  });
  const changeListenerDefect = seen.happening({
    metric: 'registry_listener_defects',
    help: 'Listeners of changes of the catalogue that threw',
    log: { level: 'error', message: 'a listener of changes of the catalogue failed, which is a defect' },
  });
  const registry = new JournaledRegistry({
    folder,
    journal,
    models,
    clock,
    options: config.registry,
    registered: (devices) => pipeline.requeue(devices),
    room: (edits) => overlay.room(edits),
    edited: (batch) => pipeline.edited(batch),
    snapshotFailed: (error) => snapshotFailed({}, { error }),
    listenerFailed: (error) => changeListenerDefect({}, { error }),
  });
  const { catalogue } = registry;
  const refusedCredential = seen.happening({
    metric: 'access_refused',
    help: 'Wrong tokens, and addresses that showed too many of them',
    labels: ['reason'],
    log: { level: 'warn', message: 'somebody showed a wrong token' },
  });
  const doorkeeper = access({
    directory: folder,
    options: config.access,
    clock,
    refused: (reason) => refusedCredential({ reason }),
  });

  const warnings = openDoors(config.access);
  const openDoor = seen.happening({
    metric: 'access_open_doors',
    help: 'Options that let callers in without a token, counted at the start',
    log: { level: 'warn', message: 'this hub is open to callers without a token' },
  });

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
  const batchDefect = seen.happening({
    metric: 'batch_defects',
    help: 'Requests of a $batch that failed by a defect of the hub',
    log: { level: 'error', message: 'a request of a $batch failed by a defect of the hub' },
  });
  const happenings = mqttHappenings(seen);
  const broker: EmbeddedBroker | null = config.mqtt.enabled
    ? embeddedBroker({
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
          defect: (error) => batchDefect({}, { error }),
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
  /** What has been started, newest last: stopped in the other order. */
  const started: (() => unknown)[] = [];

  return {
    async start() {
      await makeFolder(folder);
      if (warnings.length > 0) openDoor({}, { count: warnings.length, fields: { warnings: warnings.join(' ') } });
      const begin = async (start: () => unknown, stop: () => unknown) => {
        started.push(stop);
        await start();
      };
      await begin(
        () => ledger.start(),
        () => ledger.stop(),
      );
      await begin(
        async () => {
          made = await doorkeeper.start();
        },
        () => doorkeeper.stop(),
      );
      await begin(
        () => journal.start(),
        () => journal.stop(),
      );
      await begin(
        () => store.start(),
        () => store.stop(),
      );
      await begin(
        () => registry.start(),
        () => registry.stop(),
      );
      await begin(
        () => pipeline.start(join(folder, 'latest.bin')),
        () => pipeline.stop(),
      );
      // the journal writes what waits before the pipeline takes it up and stops
      started.push(() => journal.stop());
      await begin(
        () => server.start(),
        () => server.stop(),
      );
      // live clients are told goodbye before the server waits for its connections
      await begin(
        () => streams.start(),
        () => streams.stop(),
      );
      if (broker !== null)
        await begin(
          () => broker.start(),
          () => broker.stop(),
        );
      for (const other of brokers)
        await begin(
          () => other.start(),
          () => other.stop(),
        );
      housekeeping = setInterval(() => {
        registry.advance(pipeline.storing.stored);
        void registry.persist();
        // the catalogue is made again from the journal where its snapshot could not be written
        const needed = Math.min(pipeline.storing.stored, registry.saved);
        journal.prune(needed, clock.now()).catch((error) => pruneFailed({}, { error }));
      }, HOUR / 360).unref();
    },
    async stop() {
      if (housekeeping !== null) clearInterval(housekeeping);
      for (const stop of started.splice(0).reverse()) await stop();
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

/** MQTT clients on this machine deliver without a token; they see no more than anybody. */
function onThisMachine(anybody: Identity): Identity {
  return {
    ...anybody,
    name: 'loopback',
    scopes: new Set([...anybody.scopes, 'ingest']),
    writes: anybody.writes === 'everything' ? 'everything' : 'observe',
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
