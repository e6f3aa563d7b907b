/**
 * Backups of the data folder while the hub runs, putting one in place again, and moving the Observations from one store to
 * another. Start with `making.ts` (the order that makes a backup consistent) and `restore.ts`; `backups.ts` is what the hub
 * runs, `copy-store.ts` and `compare.ts` copy a store and look whether the copy is equal, `format.ts` knows which
 * versions a data folder can have.
 */

export { type BackupEvents, type BackupStatus, Backups } from './backups.ts';
export { type Comparison, compareStores, type Effort } from './compare.ts';
export { type CopyPorts, type CopyPosition, type CopyProgress, copyStore } from './copy-store.ts';
export { backupsOf, type KeptBackup, removeOld } from './folders.ts';
export {
  checkFormat,
  FORMAT_FILE,
  FORMATS,
  giveIdentity,
  hubIdentity,
  MOVE_FILE,
  UPGRADES,
  type Upgrade,
  writeFormat,
} from './format.ts';
export type { ListedBackup } from './list.ts';
export { makeBackup } from './making.ts';
export { type Manifest, readManifest } from './manifest.ts';
export { backupFolder, checkBackupFolder, type Options as BackupOptions, options as backupOptions } from './options.ts';
export { keepOrders, ORDERS, ordersOf } from './orders-beside.ts';
export type { BackupPorts, BackupProgress, MadeBackup } from './port.ts';
export { type Restored, type RestorePorts, type RestoreProgress, restoreBackup, verifyBackup } from './restore.ts';
export { backupEvents, backupMeasures, upgradeEvents } from './telemetry.ts';
export { hubVersion } from './version.ts';
