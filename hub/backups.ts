/** Backups while the hub runs, and which versions of the data folder it works with. */
import { storeCheckpoint } from '../ingest/index.ts';
import {
  Backups,
  backupEvents,
  backupFolder,
  backupMeasures,
  checkFormat,
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

/** `check` before anything is opened, `seal` when everything is. */
export function folderFormat({ folder, seen }: Ground): { readonly check: Part; readonly seal: Part } {
  const upgrades = upgradeEvents(seen);
  return {
    check: {
      start: () => checkFormat(folder).forEach(upgrades),
      stop: () => undefined,
    },
    seal: { start: () => writeFormat(folder), stop: () => undefined },
  };
}
