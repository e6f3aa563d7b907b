/**
 * What the hub remembers beside the journal: how far each projection has come (checkpoints), and the records that did not
 * become Observations (dead letters). One SQLite file; losing its last seconds only means doing them again, because both
 * parts are lost together and both can be worked out from the journal.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { CodedError, type ErrorCode } from '../model/index.ts';

export interface DeadLetter {
  /** Number of the journal record. */
  readonly record: number;
  /** Receipt, milliseconds since 1970. */
  readonly at: number;
  readonly source: string;
  /** Device key; null where the message does not tell. */
  readonly device: string | null;
  readonly code: ErrorCode;
  readonly detail: string;
}

export interface DeadLetterFilter {
  readonly code?: string | undefined;
  readonly device?: string | undefined;
  /** At the most; newest first. */
  readonly limit: number;
}

export interface LedgerPorts {
  readonly folder: string;
  readonly maxDeadLetters: number;
  /** Called with how many of the oldest dead letters had to go. */
  readonly evicted?: (count: number) => void;
}

const FLUSH_AT = 1000;

export class Ledger {
  private readonly ports: LedgerPorts;
  private database: DatabaseSync | null = null;
  private waiting: DeadLetter[] = [];
  private readonly checkpoints = new Map<string, number>();
  private dirty = false;
  private total = 0;

  constructor(ports: LedgerPorts) {
    this.ports = ports;
  }

  /** Throws CodedError hub.storage where another hub holds the folder or the file is damaged. */
  start(): void {
    const file = join(this.ports.folder, 'ledger.db');
    try {
      mkdirSync(this.ports.folder, { recursive: true });
      const database = new DatabaseSync(file);
      // the exclusive lock also keeps a second hub out of this data folder
      database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
      database.exec(`
        CREATE TABLE IF NOT EXISTS checkpoint (name TEXT PRIMARY KEY, record INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS dead (
          record INTEGER PRIMARY KEY, at INTEGER NOT NULL, source TEXT NOT NULL, device TEXT, code TEXT NOT NULL, detail TEXT NOT NULL
        );
        CREATE INDEX IF NOT EXISTS dead_device ON dead (device);
        CREATE INDEX IF NOT EXISTS dead_code ON dead (code);
      `);
      this.database = database;
      for (const row of database.prepare('SELECT name, record FROM checkpoint').all()) {
        this.checkpoints.set(String(row.name), Number(row.record));
      }
      this.total = Number(database.prepare('SELECT count(*) AS n FROM dead').get()?.n);
    } catch (cause) {
      const busy = (cause as { errcode?: number }).errcode === 5;
      const detail = busy
        ? `The data folder ${this.ports.folder} is in use by another hub.`
        : `${file} cannot be opened: ${(cause as Error).message}`;
      throw new CodedError('hub.storage', detail, { cause });
    }
  }

  stop(): void {
    this.flush();
    this.database?.close();
    this.database = null;
  }

  /** Last record that the projection has durably taken in; 0: none. */
  checkpoint(name: string): number {
    return this.checkpoints.get(name) ?? 0;
  }

  /** Remembered at the next flush. */
  setCheckpoint(name: string, record: number): void {
    if (this.checkpoints.get(name) === record) return;
    this.checkpoints.set(name, record);
    this.dirty = true;
  }

  /** Remembered at the next flush; a record has one dead letter, the last that was said of it. */
  addDeadLetter(letter: DeadLetter): void {
    this.waiting.push(letter);
    if (this.waiting.length >= FLUSH_AT) this.flush();
  }

  /** Writes what waits, dead letters and checkpoints in one transaction. */
  flush(): void {
    if (this.database === null || (!this.dirty && this.waiting.length === 0)) return;
    const database = this.database;
    database.exec('BEGIN');
    const put = database.prepare(
      'INSERT OR REPLACE INTO dead (record, at, source, device, code, detail) VALUES (?, ?, ?, ?, ?, ?)',
    );
    for (const letter of this.waiting) {
      put.run(letter.record, Math.trunc(letter.at), letter.source, letter.device, letter.code, letter.detail);
    }
    const point = database.prepare('INSERT OR REPLACE INTO checkpoint (name, record) VALUES (?, ?)');
    for (const [name, record] of this.checkpoints) point.run(name, record);
    database.exec('COMMIT');
    // replaced letters are counted twice here; the exact count is taken before anything is evicted
    this.total += this.waiting.length;
    this.waiting = [];
    this.dirty = false;
    if (this.total > this.ports.maxDeadLetters) this.evict();
  }

  /** Newest first. */
  deadLetters(filter: DeadLetterFilter): DeadLetter[] {
    this.flush();
    const rows = this.statement(
      'SELECT * FROM dead WHERE (?1 IS NULL OR code = ?1) AND (?2 IS NULL OR device = ?2) ORDER BY record DESC LIMIT ?3',
    ).all(filter.code ?? null, filter.device ?? null, filter.limit);
    return rows.map((row) => ({
      record: Number(row.record),
      at: Number(row.at),
      source: String(row.source),
      device: row.device === null ? null : String(row.device),
      code: String(row.code) as ErrorCode,
      detail: String(row.detail),
    }));
  }

  /** How many dead letters there are of each code. */
  deadLetterCounts(): Record<string, number> {
    this.flush();
    const rows = this.statement('SELECT code, count(*) AS n FROM dead GROUP BY code ORDER BY code').all();
    return Object.fromEntries(rows.map((row) => [String(row.code), Number(row.n)]));
  }

  /** Devices that dead letters with this code wait for. */
  waitingDevices(code: ErrorCode): string[] {
    this.flush();
    const rows = this.statement('SELECT DISTINCT device FROM dead WHERE code = ? AND device IS NOT NULL').all(code);
    return rows.map((row) => String(row.device));
  }

  /** Record numbers of a device's dead letters, ascending. */
  recordsOf(device: string): number[] {
    this.flush();
    return this.statement('SELECT record FROM dead WHERE device = ? ORDER BY record')
      .all(device)
      .map((row) => Number(row.record));
  }

  /** Forgets dead letters that became Observations. */
  forget(records: readonly number[]): void {
    this.flush();
    const database = this.open();
    const remove = database.prepare('DELETE FROM dead WHERE record = ?');
    database.exec('BEGIN');
    for (const record of records) remove.run(record);
    database.exec('COMMIT');
    this.total -= records.length;
  }

  private evict(): void {
    const database = this.open();
    this.total = Number(database.prepare('SELECT count(*) AS n FROM dead').get()?.n);
    const surplus = this.total - this.ports.maxDeadLetters;
    if (surplus <= 0) return;
    database.prepare('DELETE FROM dead WHERE record IN (SELECT record FROM dead ORDER BY record LIMIT ?)').run(surplus);
    this.total -= surplus;
    this.ports.evicted?.(surplus);
  }

  private open(): DatabaseSync {
    if (this.database === null) throw new Error('the ledger is not started');
    return this.database;
  }

  private statement(sql: string): StatementSync {
    return this.open().prepare(sql);
  }
}
