/** An API that can be written to: a real registry and journal in a folder of its own, the reference store, no devices. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileJournal, journalOptions } from '../../../services/journal/index.ts';
import { type Clock, type EditBatch, RESULT, type RowBatch } from '../../../services/model/index.ts';
import { JournaledRegistry, options as registryOptions } from '../../../services/registry/index.ts';
import { memoryStore, type TimeseriesStore } from '../../../services/timeseries/index.ts';
import type { Options } from '../index.ts';
import { type Api, serve } from './serve.ts';

export interface WritableApi extends Api {
  readonly registry: JournaledRegistry;
  readonly journal: FileJournal;
  readonly store: TimeseriesStore;
  /** Of every edit that went to the store. */
  readonly batches: readonly EditBatch[];
  /** Readings of a device, `[time, result]`, as ingest would store them. */
  deliver(datastream: number, readings: readonly (readonly [t: number, result: number])[]): Promise<void>;
}

const SILENT = new Proxy({}, { get: () => () => undefined });

export async function writable(options: Partial<Options> = {}, clock?: Clock): Promise<WritableApi> {
  const folder = await mkdtemp(join(tmpdir(), 'writing-'));
  const journal = new FileJournal({
    folder: join(folder, 'journal'),
    options: journalOptions.parse({}),
    events: SILENT as ConstructorParameters<typeof FileJournal>[0]['events'],
  });
  const store = memoryStore();
  const batches: EditBatch[] = [];
  const registry = new JournaledRegistry({
    folder,
    journal,
    models: { get: () => undefined, keys: () => [] },
    clock: clock ?? { now: () => Date.now() },
    options: registryOptions.parse({}),
    // the reference store does it before it returns: what was appended is readable at once
    edited: (batch) => {
      batches.push(batch);
      void store.edit([batch]);
    },
  });
  await journal.start();
  await store.start();
  await registry.start();
  const api = await serve({
    catalogue: registry.catalogue,
    registry,
    store,
    options,
    ...(clock === undefined ? {} : { clock }),
  });
  let record = 1_000_000;
  return {
    ...api,
    registry,
    journal,
    store,
    batches,
    async deliver(datastream, readings) {
      const { length } = readings;
      const batch: RowBatch = {
        length,
        ds: new Int32Array(length).fill(datastream),
        t: Float64Array.from(readings, ([t]) => t),
        r: Float64Array.from(readings, ([, result]) => result),
        type: new Uint8Array(length).fill(RESULT.number),
        rec: Float64Array.from(readings, () => record++),
        q: new Uint8Array(length),
        x: new Map(),
      };
      await store.write(batch);
    },
    async stop() {
      await api.stop();
      await registry.stop();
      await journal.stop();
      await store.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
