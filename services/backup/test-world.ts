/** A small hub for the tests of this folder: a data folder with journal, ledger and store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileJournal, journalOptions, Ledger, RECORD } from '../journal/index.ts';
import type { RowBatch } from '../model/index.ts';
import { sqliteStore, options as storeOptions, type TimeseriesStore } from '../timeseries/index.ts';
import { options as backupOptions } from './options.ts';
import type { BackupPorts } from './port.ts';

export const T = Date.UTC(2026, 5, 1);
export const DAY = 86_400_000;

/** A data folder with the parts that a backup deals with, running. */
export class World {
  readonly root = mkdtempSync(join(tmpdir(), 'backup-'));
  readonly data = join(this.root, 'data');
  readonly journal = new FileJournal({
    folder: join(this.data, 'journal'),
    options: journalOptions.parse({ segmentBytes: 65_536, compressionLevel: 0 }),
  });
  readonly ledger = new Ledger({ folder: this.data, maxDeadLetters: 1000 });
  readonly store: TimeseriesStore;
  time = Date.UTC(2026, 6, 1);

  constructor(store?: TimeseriesStore) {
    this.store = store ?? this.embedded(join(this.data, 'timeseries'));
  }

  embedded(folder: string): TimeseriesStore {
    return sqliteStore({ folder, options: storeOptions.parse({}), clock: { now: () => T } });
  }

  ports(options: object = {}, storeKind = 'sqlite'): BackupPorts {
    const parsed = backupOptions.parse({ reserveMiB: 0, ...options });
    return {
      data: this.data,
      options: { ...parsed, folder: parsed.folder ?? join(this.root, 'backups') },
      clock: { now: () => (this.time += 1000) },
      ledger: this.ledger,
      journal: this.journal,
      store: this.store,
      storeKind,
      checkpointName: ({ identity }) => `store:${identity}`,
      embeddedStore: (folder) => this.embedded(folder),
    };
  }

  async start(): Promise<void> {
    this.ledger.start();
    await this.journal.start();
    await this.store.start();
  }

  async stop(): Promise<void> {
    await this.journal.stop();
    await this.store.stop();
    this.ledger.stop();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** A record of the journal, and rows of it in the store. */
  async take(rows: number): Promise<number> {
    const body = Buffer.alloc(30_000, 'x');
    const number = await new Promise<number>((resolve, reject) => {
      this.journal.append(RECORD.message, body, T, (error, n) => (error === null ? resolve(n) : reject(error)));
    });
    await this.store.write(batch(number, rows));
    this.ledger.setCheckpoint(`store:${this.store.identity}`, number);
    return number;
  }
}

function batch(rec: number, length: number): RowBatch {
  return {
    length,
    ds: Int32Array.from({ length }, (_, i) => 1 + (i % 10)),
    t: Float64Array.from({ length }, (_, i) => T - (rec % 30) * DAY + 1000 * rec + i),
    r: Float64Array.from({ length }, (_, i) => i),
    type: new Uint8Array(length),
    rec: new Float64Array(length).fill(rec),
    q: new Uint8Array(length),
    x: new Map(),
  };
}

export const untold = (): void => undefined;
export const never = (): AbortSignal => new AbortController().signal;
export const noOrders = async (): Promise<number> => 0;
