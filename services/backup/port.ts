/** What a backup needs of the hub's parts, of a running hub as well as of one that stands still. */
import type { FileJournal, Ledger } from '../journal/index.ts';
import type { Clock } from '../model/index.ts';
import type { TimeseriesStore } from '../timeseries/index.ts';
import type { Options } from './options.ts';

export interface BackupPorts {
  /** The data folder. */
  readonly data: string;
  readonly options: Omit<Options, 'folder'> & { readonly folder: string };
  readonly clock: Clock;
  readonly ledger: Pick<Ledger, 'copyTo'>;
  readonly journal: Pick<FileJournal, 'first' | 'last' | 'hold'>;
  readonly store: TimeseriesStore;
  /** `timeseries.store`: the embedded one stands in the data folder. */
  readonly storeKind: string;
  /** Under which name the ledger keeps how far a store has come. */
  readonly checkpointName: (store: Pick<TimeseriesStore, 'identity'>) => string;
  /** Makes an empty embedded store in this folder, for Observations that are copied out of a server. */
  readonly embeddedStore: (folder: string) => TimeseriesStore;
}

/** How far a backup has come. Bytes are those of the files before they are copied. */
export interface BackupProgress {
  /** What is being copied: a path of the data folder, or `Observations`. */
  readonly at: string;
  readonly bytes: number;
  readonly totalBytes: number;
  /** Of Observations that are copied out of a server; else 0. */
  readonly rows: number;
}

export interface MadeBackup {
  /** Its folder. */
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
  /** Bytes that it shares with other backups or the journal. */
  readonly sharedBytes: number;
  readonly milliseconds: number;
  readonly journal: { readonly first: number; readonly last: number };
  /** The store, and whether its Observations are in the backup. */
  readonly store: { readonly kind: string; readonly included: boolean };
  /** Observations that were copied out of a server; null: none were asked for. */
  readonly rows: number | null;
  /** Older backups that went. */
  readonly removed: readonly string[];
}
