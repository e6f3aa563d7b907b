/** A small hub without doors for the tests of ingest: real journal, ledger, registry, decoders; a store of choice. */
import { join } from 'node:path';
import { inProcessBus } from '../../services/bus/index.ts';
import { FileJournal, journalIntake, journalOptions, Ledger } from '../../services/journal/index.ts';
import type { LiveObservation, Opened, RawMessage, Source } from '../../services/model/index.ts';
import { JournaledRegistry, options as registryOptions } from '../../services/registry/index.ts';
import { LatestValues, Overlay, type TimeseriesStore } from '../../services/timeseries/index.ts';
import { models } from '../decoders/index.ts';
import { DecodingAgain, type IngestPorts, ingestOptions, Pipeline } from '../index.ts';

export const DEVICE = '24e124136b325678';
/** 2026-01-01T12:00:00Z */
export const NOON = Date.UTC(2026, 0, 1, 12);

/** The tests' own network: JSON of what `open` shall give. */
const testSource: Source = {
  id: 'test',
  topicFilters: ['test/#'],
  open(message: RawMessage): Opened {
    try {
      const given = JSON.parse(Buffer.from(message.body).toString()) as Record<string, unknown>;
      const device = String(given.device ?? DEVICE);
      return {
        ok: true,
        events: [
          {
            kind: 'up',
            device,
            deviceName: null,
            time: given.time === undefined ? NOON : (given.time as number | null),
            identity: given.identity === undefined ? null : String(given.identity),
            fPort: Number(given.fPort ?? 85),
            fCnt: null,
            payload: Buffer.from(String(given.hex ?? '0367cf00046865'), 'hex'),
            values: (given.values as Record<string, number> | undefined) ?? null,
            receptions: [],
          },
        ],
      };
    } catch {
      return { ok: false, code: 'envelope.json', detail: 'no JSON', device: null };
    }
  },
};

export interface TestHub {
  readonly journal: FileJournal;
  readonly ledger: Ledger;
  readonly registry: JournaledRegistry;
  readonly pipeline: Pipeline;
  readonly again: DecodingAgain;
  readonly latest: LatestValues;
  readonly overlay: Overlay;
  readonly live: LiveObservation[];
  /** Records that the store lacked each time it was said to have caught up. */
  readonly caughtUp: number[];
  /** Resolves when the message is durable. */
  send(body: unknown, delivery?: number, receivedAt?: number): Promise<void>;
  sendBytes(body: Uint8Array): Promise<void>;
  /** Waits until the store has everything. */
  stored(): Promise<void>;
  stop(): Promise<void>;
}

export async function testHub(
  folder: string,
  store: TimeseriesStore,
  options: Record<string, number> = {},
  more: Partial<IngestPorts> = {},
  frozen: (datastream: number, t: number) => boolean = () => false,
): Promise<TestHub> {
  const journal = new FileJournal({ folder: join(folder, 'journal'), options: journalOptions.parse({}) });
  const ledger = new Ledger({ folder, maxDeadLetters: 10_000 });
  const clock = { now: () => NOON };
  const parsed = ingestOptions.parse({ commitMs: 1, commitMaxMs: 5, storeWaitMs: 100, ...options });
  let pipeline: Pipeline | null = null;
  const latest = new LatestValues();
  const overlay = new Overlay({ store, latest, maxEdits: parsed.pendingEdits, waitMs: parsed.readWaitMs });
  const registry = new JournaledRegistry({
    folder,
    journal,
    models: more.models ?? models,
    clock,
    options: registryOptions.parse({}),
    registered: (devices) => pipeline?.requeue(devices) ?? 0,
    room: (edits) => overlay.room(edits),
    edited: (batch) => pipeline?.edited(batch),
  });
  const bus = inProcessBus({ listenerFailed: () => undefined });
  const live: LiveObservation[] = [];
  const caughtUp: number[] = [];
  bus.subscribe((observations) => live.push(...observations));
  const ports: IngestPorts = {
    journal,
    ledger,
    catalogue: registry.catalogue,
    sources: [testSource],
    models,
    store,
    overlay,
    latest,
    bus,
    clock,
    frozen,
    ...more,
    events: { ...more.events, caughtUp: () => caughtUp.push(pipeline?.storing.behind ?? Number.NaN) },
  };
  const started = new Pipeline(ports, parsed);
  pipeline = started;
  const again = new DecodingAgain(
    { ...ports, busy: () => journal.busy, registry, aside: started.aside, events: {} },
    parsed,
  );
  // in the order of the hub: all parts are made before the first one starts
  ledger.start();
  await journal.start();
  await store.start();
  await registry.start();
  await started.start(join(folder, 'latest.bin'));
  again.start();
  const intake = journalIntake(journal);
  const deliver = (body: Uint8Array, delivery: number, receivedAt: number) =>
    new Promise<void>((resolve, reject) => {
      intake.accept({ source: 'test', topic: 'test/up', body, receivedAt, delivery }, (error) =>
        error === null ? resolve() : reject(error),
      );
    });
  return {
    journal,
    ledger,
    registry,
    pipeline: started,
    again,
    latest,
    overlay,
    live,
    caughtUp,
    send: (body, delivery = 0, receivedAt = NOON) =>
      deliver(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), delivery, receivedAt),
    sendBytes: (body) => deliver(body, 0, NOON),
    async stored() {
      const deadline = Date.now() + 10_000;
      while (started.storing.behind > 0 || !started.storing.isLive) {
        if (Date.now() > deadline) throw new Error('the store does not catch up');
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    },
    async stop() {
      await again.stop();
      await started.stop();
      await registry.stop();
      await journal.stop();
      ledger.stop();
      await store.stop();
    },
  };
}

/** Registers the device with a model of three channels: temperature, humidity, battery. */
export function registerDevice(hub: TestHub, key = DEVICE): Promise<unknown> {
  return hub.registry.import(
    {
      organisations: [{ id: 'ulm', name: 'Ulm' }],
      things: [{ key: `mast ${key}`, name: 'Mast', organisation: 'ulm' }],
      devices: [{ key, organisation: 'ulm', thing: `mast ${key}`, model: 'milesight/em300-th', visibility: 'public' }],
    },
    'test',
  );
}
