/** Writes the folder in the order in which a hub would: journal, registry, store, checkpoint. */
import { join } from 'node:path';
import { seriesNames } from '../../hub/index.ts';
import { models } from '../../ingest/decoders/index.ts';
import { storeCheckpoint } from '../../ingest/index.ts';
import { FileJournal, journalOptions, Ledger, RECORD } from '../../services/journal/index.ts';
import {
  type Device,
  type EntitySets,
  type Organisation,
  type RowBatch,
  type SetName,
  systemClock,
} from '../../services/model/index.ts';
import { JournaledRegistry } from '../../services/registry/index.ts';
import {
  influxStore,
  type SeriesNames,
  sqliteStore,
  options as storeOptions,
  type TimeseriesStore,
} from '../../services/timeseries/index.ts';

/** As the journal's records of a change hold it. */
export type Put =
  | { [N in SetName]: readonly [N, EntitySets[N]] }[SetName]
  | readonly ['Organisations', Organisation]
  | readonly ['Devices', Device];

export interface DataFolderParts {
  /** What is pointed at comes first. */
  readonly puts: Iterable<Put>;
  readonly rows: Iterable<RowBatch>;
  /** Options `timeseries.*`; left out: those of the embedded store. */
  readonly timeseries?: object;
  /** Looks at the store when all rows are in it. */
  readonly stored?: (store: TimeseriesStore) => Promise<void>;
}

const ENTITIES_A_CHANGE = 2000;

export async function makeDataFolder(
  folder: string,
  { puts, rows, timeseries, stored }: DataFolderParts,
): Promise<void> {
  const { last, names } = await makeRegistry(folder, puts);
  const options = storeOptions.parse(timeseries ?? {});
  const ports = { options, clock: systemClock };
  const store =
    options.store === 'influxdb'
      ? influxStore({ ...ports, folder: join(folder, 'influxdb'), names })
      : sqliteStore({ ...ports, folder: join(folder, 'timeseries') });
  await store.start();
  try {
    for (const batch of rows) await store.write(batch);
    await stored?.(store);
    const ledger = new Ledger({ folder, maxDeadLetters: 1000 });
    ledger.start();
    ledger.setCheckpoint(storeCheckpoint(store), last);
    ledger.stop();
  } finally {
    await store.stop();
  }
}

interface Made {
  /** Number of the journal's last record. */
  readonly last: number;
  /** What a Datastream is called in a store that people look into: its ObservedProperty and its Thing. */
  readonly names: (datastream: number) => SeriesNames | undefined;
}

async function makeRegistry(folder: string, puts: Iterable<Put>): Promise<Made> {
  const journal = new FileJournal({ folder: join(folder, 'journal'), options: journalOptions.parse({}) });
  await journal.start();
  let change: Put[] = [];
  for (const put of puts) {
    change.push(put);
    if (change.length === ENTITIES_A_CHANGE) await append(journal, change.splice(0));
  }
  if (change.length > 0) await append(journal, change);
  change = [];
  // reads the journal and leaves its snapshot
  const registry = new JournaledRegistry({ folder, journal, models, clock: systemClock });
  await registry.start();
  await registry.stop();
  const { last } = journal;
  await journal.stop();
  return { last, names: (datastream) => seriesNames(registry.catalogue, datastream) };
}

function append(journal: FileJournal, puts: readonly Put[]): Promise<void> {
  const at = systemClock.now();
  const body = Buffer.from(JSON.stringify({ by: 'hub', at, puts }));
  return new Promise((resolve, reject) => {
    journal.append(RECORD.change, body, at, (error) => (error === null ? resolve() : reject(error)));
  });
}
