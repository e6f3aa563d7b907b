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
  /** The body of GET, as the operator sees it. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  read(path: string): Promise<any>;
  /** Creates, which must succeed; the path that `Location` tells: `/Things(1)`. */
  create(path: string, body: unknown): Promise<string>;
  /** Readings of a device, `[time, result]`, as ingest would store them. */
  deliver(datastream: number, readings: readonly (readonly [t: number, result: number])[]): Promise<void>;
}

const SILENT = new Proxy({}, { get: () => () => undefined });

export async function writable(
  options: Partial<Options> = {},
  clock?: Clock,
  busy?: () => boolean,
  /** Left out: the reference, empty. */
  given?: TimeseriesStore,
): Promise<WritableApi> {
  const folder = await mkdtemp(join(tmpdir(), 'writing-'));
  const journal = new FileJournal({
    folder: join(folder, 'journal'),
    options: journalOptions.parse({}),
    events: SILENT as ConstructorParameters<typeof FileJournal>[0]['events'],
  });
  const store = given ?? memoryStore();
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
    capabilities: store.capabilities,
    options,
    ...(clock === undefined ? {} : { clock }),
    ...(busy === undefined ? {} : { busy }),
  });
  let record = 1_000_000;
  return {
    ...api,
    registry,
    journal,
    store,
    batches,
    read: async (path) => (await api.get(path, 'admin')).body,
    async create(path, body) {
      const { status, text, headers } = await api.send('POST', path, body);
      const location = headers.get('location') ?? '';
      if (status !== 201 || !location.startsWith(`${api.root}/`))
        throw new Error(`POST ${path}: ${status} ${location} ${text}`);
      return location.slice(api.root.length);
    },
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
