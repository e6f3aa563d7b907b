/** A backup of a hub that stands still. */
import { join } from 'node:path';
import { storeCheckpoint } from '../../ingest/index.ts';
import type { Config } from '../../options.ts';
import { backupFolder, checkFormat, type MadeBackup, makeBackup } from '../../services/backup/index.ts';
import { FileJournal, Ledger } from '../../services/journal/index.ts';
import { CodedError, systemClock } from '../../services/model/index.ts';
import { sqliteStore } from '../../services/timeseries/index.ts';
import { bytes, count, type Reporter } from './reporter.ts';
import { storeNamed } from './stores.ts';

/** null: a hub runs in the data folder, and only it can make the backup. */
export async function backupStill(
  config: Config,
  to: string | null,
  report: Reporter,
  signal: AbortSignal,
): Promise<MadeBackup | null> {
  const { data } = config;
  const ledger = new Ledger({ folder: data, maxDeadLetters: config.journal.maxDeadLetters });
  try {
    ledger.start();
  } catch (error) {
    if (error instanceof CodedError && error.message.includes('in use by another hub')) return null;
    throw error;
  }
  const journal = new FileJournal({ folder: join(data, 'journal'), options: config.journal });
  const { kind, store } = storeNamed(config.timeseries.store, config);
  try {
    checkFormat(data);
    await journal.start();
    await store.start();
    return await makeBackup(
      {
        data,
        options: { ...config.backup, folder: to ?? backupFolder(data, config.backup) },
        clock: systemClock,
        ledger,
        journal,
        store,
        storeKind: kind,
        checkpointName: storeCheckpoint,
        embeddedStore: (folder) => sqliteStore({ folder, options: config.timeseries, clock: systemClock }),
      },
      ({ at, bytes: done, totalBytes, rows }) =>
        report.step(
          totalBytes === 0 ? null : done / totalBytes,
          rows > 0 ? `${count(rows)} rows` : `${at}, ${bytes(done)}`,
        ),
      signal,
    );
  } finally {
    await store.stop();
    await journal.stop();
    ledger.stop();
  }
}
