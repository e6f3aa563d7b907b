/**
 * What is kept: the journal and what is made from it (catalogue, Observations, latest values), with the pipeline in between.
 * The other groups read from here and hand their messages to `intake`.
 */
import { join } from 'node:path';
import { refusedCreations } from '../api/sensorthings/index.ts';
import { chirpstack } from '../gateway/chirpstack/index.ts';
import { mqttSource } from '../gateway/mqtt/index.ts';
import { thingsStack } from '../gateway/things-stack/index.ts';
import { models } from '../ingest/decoders/index.ts';
import {
  againEvents,
  DecodingAgain,
  type IngestPorts,
  ingestEvents,
  ingestMetrics,
  letterMeasures,
  Pipeline,
} from '../ingest/index.ts';
import { busEvents, inProcessBus } from '../services/bus/index.ts';
import type { Aggregates } from '../services/history/index.ts';
import { classCheck, retentionClasses } from '../services/history/index.ts';
import {
  FileJournal,
  journalEvents,
  journalIntake,
  journalMeasures,
  Ledger,
  ledgerEvents,
} from '../services/journal/index.ts';
import { DeviceHealthTable, JournaledRegistry, registryEvents } from '../services/registry/index.ts';
import { LatestValues, Overlay } from '../services/timeseries/index.ts';
import { agesOf } from './ages.ts';
import { aggregatesOf } from './aggregates.ts';
import { backlogOf } from './backlog.ts';
import { chosenStore } from './chosen-store.ts';
import type { Ground, Part } from './ground.ts';
import { keepingOf } from './keeping.ts';
import { seriesNames } from './series-names.ts';

const HEALTH_DEVICES = 1_000_000;

export type Storage = ReturnType<typeof storageOf>;

export function storageOf(ground: Ground) {
  const { config, clock, folder, seen, disks } = ground;
  const journal = new FileJournal({
    folder: join(folder, 'journal'),
    options: config.journal,
    events: journalEvents(seen),
    disk: disks.data,
  });
  journalMeasures(seen, journal);
  const ledgerSays = ledgerEvents(seen);
  const ledger = new Ledger({
    folder,
    maxDeadLetters: config.journal.maxDeadLetters,
    evicted: ledgerSays.evicted,
    failed: ledgerSays.failed,
  });
  const { ages, part: aging } = agesOf(ground, { journal, ledger });
  const chosen = chosenStore(
    ground,
    (datastream) => seriesNames(registry.catalogue, datastream),
    () => journal.last,
  );
  const { store } = chosen;
  const latest = new LatestValues();
  const overlay = new Overlay({
    store,
    latest,
    maxEdits: config.ingest.pendingEdits,
    waitMs: config.ingest.readWaitMs,
  });
  const bus = inProcessBus(busEvents(seen));
  const registry: JournaledRegistry = new JournaledRegistry({
    folder,
    journal,
    models,
    clock,
    options: config.registry,
    disk: disks.data,
    registered: (devices) => pipeline.requeue(devices),
    check: classCheck(retentionClasses(config.history)),
    checkEdit: (edit) => keeping.checkEdit(edit),
    room: (edits) => overlay.room(edits),
    edited: (batch) => pipeline.edited(batch),
    ...registryEvents(seen),
  });
  const { catalogue } = registry;
  const keeping = keepingOf(ground, catalogue, ages);
  const sources = [chirpstack(config.chirpstack), thingsStack(config.thingsStack), mqttSource(config.mqtt.mappings)];
  const deviceHealth = new DeviceHealthTable(HEALTH_DEVICES);
  const ingestPorts: IngestPorts = {
    journal,
    ledger,
    catalogue,
    sources: [...sources, refusedCreations()],
    models,
    store,
    overlay,
    latest,
    bus,
    clock,
    disk: disks.data,
    busy: () => journal.busy,
    keeping: keeping.policies,
    frozen: (datastream, t) => keeping.orders.frozen.has(datastream, t),
    stored: (rows) => aggregates.storedRows(rows),
    storedEdits: (batches) => aggregates.storedEdits(batches),
    deviceEvent: (event, receivedAt) => deviceHealth.note(event, receivedAt),
    events: ingestEvents(seen),
  };
  const pipeline: Pipeline = new Pipeline(ingestPorts, config.ingest);
  ingestMetrics(seen, pipeline);
  letterMeasures(seen, ledger);
  const needed = { catalogue, registry, keeping, store, overlay, latest, ledger, pipeline, ages };
  const aggregates: Aggregates = aggregatesOf(ground, needed);
  const again = new DecodingAgain(
    {
      ...ingestPorts,
      busy: () => journal.busy,
      registry,
      aside: pipeline.aside,
      events: againEvents(seen),
    },
    config.ingest,
  );
  const backlog = backlogOf({
    clock,
    behind: () => pipeline.storing.behind,
    uplinks: () => pipeline.counters.uplinks,
  });
  const parts: readonly Part[] = [
    journal,
    aging,
    chosen.part,
    registry,
    keeping.orders,
    // told of what the pipeline stores from its start on; its own writes end before the pipeline does
    { start: () => aggregates.start(), stop: () => undefined },
    { start: () => pipeline.start(join(folder, 'latest.bin')), stop: () => pipeline.stop() },
    // at the stop the journal writes what waits before the pipeline takes it up and ends
    { start: () => undefined, stop: () => journal.stop() },
    again,
    backlog,
    { start: () => undefined, stop: () => aggregates.stop() },
  ];
  return {
    journal,
    intake: journalIntake(journal),
    ledger,
    ledgerSays,
    store,
    storeKind: chosen.kind,
    storePlace: chosen.place,
    /** Why the store has ended by itself; null: it has not. */
    storeFailure: chosen.failure,
    latest,
    overlay,
    bus,
    registry,
    catalogue,
    /** What is kept of it, and for how long. */
    keeping,
    sources,
    deviceHealth,
    pipeline,
    aggregates,
    /** The time that ages are counted from. */
    ages,
    /** Old messages, read once more. */
    again,
    /** How far the store was behind, over the last minutes. */
    backlog,
    /** All but the ledger, which begins before everything else: it keeps a second hub out of the folder. */
    parts,
  };
}
