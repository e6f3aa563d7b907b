/**
 * The registry on disk: every entity as JSON, and the journal record up to which it is complete. It may lag: what is newer
 * stands in the journal and is replayed.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { CodedError } from '../model/index.ts';
import { keyOf, type Put } from './change.ts';

const ROWS_A_TURN = 200;
/** The order in which sets are read back: what is pointed at comes first. */
const SETS = [
  'Organisations',
  'Locations',
  'Things',
  'HistoricalLocations',
  'Sensors',
  'ObservedProperties',
  'FeaturesOfInterest',
  'Datastreams',
  'Devices',
];

export class Snapshot {
  private readonly file: string;
  private readonly database: DatabaseSync;

  constructor(folder: string) {
    this.file = join(folder, 'registry.db');
    try {
      mkdirSync(folder, { recursive: true });
      this.database = new DatabaseSync(this.file);
      this.database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
      this.database.exec(`
        CREATE TABLE IF NOT EXISTS entity (kind TEXT, id TEXT, seq INTEGER, json TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
      `);
    } catch (cause) {
      throw new CodedError('hub.storage', `${this.file} cannot be opened: ${(cause as Error).message}`, { cause });
    }
  }

  /** Everything that was saved, in an order that can be applied. */
  *load(): Generator<Put[]> {
    const read = this.database.prepare('SELECT json FROM entity WHERE kind = ? ORDER BY seq');
    for (const kind of SETS) {
      const puts: Put[] = [];
      for (const row of read.iterate(kind)) puts.push([kind, JSON.parse(String(row.json))] as unknown as Put);
      yield puts;
    }
  }

  /** Journal record up to which the snapshot is complete; 0: empty. */
  get position(): number {
    return Number(this.database.prepare("SELECT value FROM meta WHERE name = 'position'").get()?.value ?? 0);
  }

  /** Saves puts and the new position in one transaction, a slice per turn of the event loop. One call at a time. */
  async save(puts: readonly Put[], position: number): Promise<void> {
    const put = this.database.prepare('INSERT OR REPLACE INTO entity (kind, id, seq, json) VALUES (?, ?, ?, ?)');
    this.database.exec('BEGIN');
    try {
      for (let i = 0; i < puts.length; i++) {
        const one = puts[i] as Put;
        const seq = typeof one[1] === 'object' && 'id' in one[1] && typeof one[1].id === 'number' ? one[1].id : 0;
        put.run(one[0], keyOf(one), seq, JSON.stringify(one[1]));
        if (i % ROWS_A_TURN === ROWS_A_TURN - 1) await turn();
      }
      this.database.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('position', ?)").run(position);
      this.database.exec('COMMIT');
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.database.close();
  }
}
