/** Writes the folder in the order in which a hub would: journal, registry, store, checkpoint. */
import { join } from 'node:path';
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
import { sqliteStore, options as storeOptions, type TimeseriesStore } from '../../services/timeseries/index.ts';

/** As the journal's records of a change hold it. */
export type Put =
  | { [N in SetName]: readonly [N, EntitySets[N]] }[SetName]
  | readonly ['Organisations', Organisation]
  | readonly ['Devices', Device];

export interface DataFolderParts {
  /** What is pointed at comes first. */
  readonly puts: Iterable<Put>;
  readonly rows: Iterable<RowBatch>;
  /** Looks at the store when all rows are in it. */
  readonly stored?: (store: TimeseriesStore) => Promise<void>;
}

const ENTITIES_A_CHANGE = 2000;

export async function makeDataFolder(folder: string, { puts, rows, stored }: DataFolderParts): Promise<void> {
  const last = await makeRegistry(folder, puts);
  const store = sqliteStore({
    folder: join(folder, 'timeseries'),
    options: storeOptions.parse({}),
    clock: systemClock,
  });
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

/** Returns the number of the journal's last record. */
async function makeRegistry(folder: string, puts: Iterable<Put>): Promise<number> {
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
  return last;
}

function append(journal: FileJournal, puts: readonly Put[]): Promise<void> {
  const at = systemClock.now();
  const body = Buffer.from(JSON.stringify({ by: 'hub', at, puts }));
  return new Promise((resolve, reject) => {
    journal.append(RECORD.change, body, at, (error) => (error === null ? resolve() : reject(error)));
  });
}
