/**
 * The registry on disk: every entity as JSON, and the journal record up to which it is complete. It may lag: what is newer
 * stands in the journal and is replayed.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { keepToOwner } from '../disk/index.ts';
import { CodedError } from '../model/index.ts';
import type { FormerMounting } from './catalogue.ts';
import { keyOf, type Put, type Remove } from './change.ts';

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
  'MultiDatastreams',
  'Devices',
];
/** Kind of what the snapshot keeps beside the sets: where a device was mounted before, under its key. */
const FORMER_MOUNTINGS = 'FormerMountings';

/** What of a change the snapshot keeps. */
export interface Saved {
  readonly puts: readonly Put[];
  readonly removes: readonly Remove[];
  /** Of each device that it mounted elsewhere: all that are kept of it; empty: none any more. */
  readonly formerMountings: readonly (readonly [device: string, former: readonly FormerMounting[]])[];
}

export class Snapshot {
  private readonly file: string;
  private readonly database: DatabaseSync;

  constructor(folder: string) {
    this.file = join(folder, 'registry.db');
    try {
      mkdirSync(folder, { recursive: true });
      this.database = new DatabaseSync(this.file);
      keepToOwner(this.file);
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

  *formerMountings(): Generator<readonly [device: string, former: readonly FormerMounting[]]> {
    const read = this.database.prepare('SELECT id, json FROM entity WHERE kind = ?');
    for (const row of read.iterate(FORMER_MOUNTINGS)) yield [String(row.id), JSON.parse(String(row.json))];
  }

  /** Journal record up to which the snapshot is complete; 0: empty. */
  get position(): number {
    return Number(this.database.prepare("SELECT value FROM meta WHERE name = 'position'").get()?.value ?? 0);
  }

  /** The highest id that was given in each set, of what is gone too. Empty where an older hub wrote the snapshot. */
  highest(): [name: string, id: number][] {
    const rows = this.database.prepare("SELECT name, value FROM meta WHERE name LIKE 'highest %'").all();
    return rows.map(({ name, value }) => [String(name).slice('highest '.length), Number(value)]);
  }

  /** Saves changes, oldest first, in one transaction, a slice per turn of the event loop. One call at a time. */
  async save(changes: readonly Saved[], position: number, highest: readonly [string, number][]): Promise<void> {
    const put = this.database.prepare('INSERT OR REPLACE INTO entity (kind, id, seq, json) VALUES (?, ?, ?, ?)');
    const remove = this.database.prepare('DELETE FROM entity WHERE kind = ? AND id = ?');
    const note = this.database.prepare('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)');
    let rows = 0;
    this.database.exec('BEGIN');
    try {
      for (const { puts, removes, formerMountings } of changes) {
        for (const [kind, id] of removes) {
          remove.run(kind, String(id));
          if (++rows % ROWS_A_TURN === 0) await turn();
        }
        for (const one of puts) {
          const seq = 'id' in one[1] && typeof one[1].id === 'number' ? one[1].id : 0;
          put.run(one[0], String(keyOf(one)), seq, JSON.stringify(one[1]));
          if (++rows % ROWS_A_TURN === 0) await turn();
        }
        for (const [device, former] of formerMountings) {
          if (former.length === 0) remove.run(FORMER_MOUNTINGS, device);
          else put.run(FORMER_MOUNTINGS, device, 0, JSON.stringify(former));
          if (++rows % ROWS_A_TURN === 0) await turn();
        }
      }
      for (const [name, id] of highest) note.run(`highest ${name}`, id);
      note.run('position', position);
      this.database.exec('COMMIT');
    } catch (error) {
      // a full disk may have ended it already
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.database.close();
  }
}
