/** Backups while the hub runs, and which versions of the data folder it works with. */
import { storeCheckpoint } from '../ingest/index.ts';
import {
  Backups,
  backupEvents,
  backupFolder,
  backupMeasures,
  checkBackupFolder,
  checkFormat,
  giveIdentity,
  upgradeEvents,
  writeFormat,
} from '../services/backup/index.ts';
import { sqliteStore } from '../services/timeseries/index.ts';
import type { Ground, Part } from './ground.ts';
import type { Storage } from './storage.ts';

export function backupsOf(
  { config, clock, folder, seen }: Ground,
  { ledger, journal, store, storeKind }: Storage,
): Backups {
  const backups = new Backups(
    {
      data: folder,
      options: { ...config.backup, folder: backupFolder(folder, config.backup) },
      clock,
      ledger,
      journal,
      store,
      storeKind,
      checkpointName: storeCheckpoint,
      embeddedStore: (at) => sqliteStore({ folder: at, options: config.timeseries, clock }),
    },
    backupEvents(seen),
  );
  backupMeasures(seen, backups, clock);
  return backups;
}

/** `check` before anything is opened, `identify` when no other hub can be in the folder, `seal` when everything is open. */
export function folderFormat({ config, folder, seen }: Ground): {
  readonly check: Part;
  readonly identify: Part;
  readonly seal: Part;
} {
  const upgrades = upgradeEvents(seen);
  return {
    check: {
      start: () => {
        checkBackupFolder(folder, backupFolder(folder, config.backup));
        checkFormat(folder).forEach(upgrades);
      },
      stop: () => undefined,
    },
    identify: { start: () => giveIdentity(folder), stop: () => undefined },
    seal: { start: () => writeFormat(folder), stop: () => undefined },
  };
}
