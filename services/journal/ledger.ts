/**
 * What the hub remembers beside the journal: how far each projection has come (checkpoints), and the records that did not
 * become Observations (dead letters). One SQLite file; losing its last seconds only means doing them again, because both
 * parts are lost together and both can be worked out from the journal.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { backup, DatabaseSync, type StatementSync } from 'node:sqlite';
import { keepToOwner } from '../disk/index.ts';
import { CodedError, type ErrorCode } from '../model/index.ts';
import {
  type DeadLetter,
  LETTERS_SCHEMA,
  type LetterCount,
  type LetterFilter,
  type LetterPage,
  Letters,
} from './letters.ts';

export interface LedgerPorts {
  readonly folder: string;
  readonly maxDeadLetters: number;
  /** Called with how many of the oldest dead letters had to go. */
  readonly evicted?: (count: number) => void;
  /** A write failed (a full disk): what waits is tried again at the next flush. Left out: said by nobody. */
  readonly failed?: (error: unknown) => void;
}

const FLUSH_AT = 100;
/** More than come with one flush, so that they never pile up. */
const EVICTED_AT_ONCE = 200;
/** The main thread waits at the most for this many pages of 4 KiB to be copied. */
const PAGES_A_STEP = 200;
/** Dead letters that wait while the file takes nothing; then the oldest go, and the next start finds them again. */
const WAITING_AT_MOST = 50_000;

export class Ledger {
  private readonly ports: LedgerPorts;
  private database: DatabaseSync | null = null;
  private table: Letters | null = null;
  private waiting: DeadLetter[] = [];
  private readonly checkpoints = new Map<string, number>();
  /** By topic; null: taken away. */
  private readonly notes = new Map<string, Map<number, string | null>>();
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
      keepToOwner(file);
      // the exclusive lock also keeps a second hub out of this data folder
      database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
      database.exec(`
        CREATE TABLE IF NOT EXISTS checkpoint (name TEXT PRIMARY KEY, record INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS note (topic TEXT, id INTEGER, body TEXT NOT NULL, PRIMARY KEY (topic, id)) WITHOUT ROWID;
        ${LETTERS_SCHEMA}
      `);
      this.database = database;
      this.table = new Letters(database);
      for (const row of database.prepare('SELECT name, record FROM checkpoint').all()) {
        this.checkpoints.set(String(row.name), Number(row.record));
      }
      this.total = this.table.total;
    } catch (cause) {
      const busy = (cause as { errcode?: number }).errcode === 5;
      const detail = busy
        ? `The data folder ${this.ports.folder} is in use by another hub, or by a command such as stadtpegel move.`
        : `${file} cannot be opened: ${(cause as Error).message}`;
      throw new CodedError('hub.storage', detail, { cause });
    }
  }

  stop(): void {
    this.flush();
    this.database?.close();
    this.database = null;
    this.table = null;
  }

  /** A copy of the file as it is now, made beside other work: only this connection can read it while the hub runs. */
  async copyTo(file: string): Promise<void> {
    const database = this.open();
    this.flush();
    try {
      await backup(database, file, { rate: PAGES_A_STEP });
    } catch (cause) {
      throw new CodedError('hub.storage', `${file} cannot be written: ${(cause as Error).message}`, { cause });
    }
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

  /**
   * No checkpoint whose name begins so stands behind this record any more. Durable on return, before the journal gives the numbers
   * behind it again; what was dismissed behind it is another message then. Throws CodedError hub.storage.
   */
  lowerCheckpoints(prefix: string, record: number): void {
    const undismissed = this.letters.undismissBehind(record);
    const ahead = [...this.checkpoints].filter(([name, at]) => name.startsWith(prefix) && at > record);
    if (ahead.length === 0 && undismissed === 0) return;
    for (const [name] of ahead) this.setCheckpoint(name, record);
    if (!this.flush()) {
      const detail = `${join(this.ports.folder, 'ledger.db')} cannot be written, and its checkpoints are ahead of the journal.`;
      throw new CodedError('hub.storage', detail);
    }
    this.open().exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  /** What is noted under a topic, by number. */
  notesOf(topic: string): [id: number, body: string][] {
    this.flush();
    const rows = this.statement('SELECT id, body FROM note WHERE topic = ? ORDER BY id').all(topic);
    return rows.map((row) => [Number(row.id), String(row.body)]);
  }

  /** Remembered in one transaction with the checkpoints, at the next flush. null: nothing is noted there any more. */
  note(topic: string, id: number, body: string | null): void {
    let waiting = this.notes.get(topic);
    if (waiting === undefined) {
      waiting = new Map();
      this.notes.set(topic, waiting);
    }
    waiting.set(id, body);
    this.dirty = true;
    if (waiting.size % FLUSH_AT === 0) this.flush();
  }

  /** Remembered at the next flush; a record has one dead letter, the last that was said of it. */
  addDeadLetter(letter: DeadLetter): void {
    this.waiting.push(letter);
    if (this.waiting.length % FLUSH_AT === 0) this.flush();
    if (this.waiting.length < WAITING_AT_MOST) return;
    this.waiting.splice(0, FLUSH_AT);
    this.ports.evicted?.(FLUSH_AT);
  }

  /** Writes what waits, dead letters and checkpoints in one transaction. False: the disk did not take it; it waits on. */
  flush(): boolean {
    const { database } = this;
    if (database === null || (!this.dirty && this.waiting.length === 0)) return true;
    try {
      this.transaction(database, () => this.write(database));
    } catch (error) {
      this.ports.failed?.(error);
      return false;
    }
    // replaced letters are counted twice here; the exact count is taken before anything is evicted
    this.total += this.waiting.length;
    this.waiting = [];
    this.notes.clear();
    this.dirty = false;
    if (this.total > this.ports.maxDeadLetters) this.evict();
    return true;
  }

  private transaction(database: DatabaseSync, work: () => void): void {
    database.exec('BEGIN');
    try {
      work();
      database.exec('COMMIT');
    } catch (error) {
      // a full disk may have ended it already
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  private write(database: DatabaseSync): void {
    const { letters } = this;
    for (const letter of this.waiting) letters.put(letter);
    const point = database.prepare('INSERT OR REPLACE INTO checkpoint (name, record) VALUES (?, ?)');
    for (const [name, record] of this.checkpoints) point.run(name, record);
    const keep = database.prepare('INSERT OR REPLACE INTO note (topic, id, body) VALUES (?, ?, ?)');
    const drop = database.prepare('DELETE FROM note WHERE topic = ? AND id = ?');
    for (const [topic, notes] of this.notes)
      for (const [id, body] of notes) {
        if (body === null) drop.run(topic, id);
        else keep.run(topic, id, body);
      }
  }

  /** Some of them, by record; looks at a bounded number, so a page may be empty and have a next one. */
  deadLetters(
    filter: LetterFilter,
    limit: number,
    order: 'down' | 'up' = 'down',
    beyond: number | null = null,
  ): LetterPage {
    this.flush();
    return this.letters.page(filter, order, beyond, limit);
  }

  deadLetter(record: number): DeadLetter | null {
    this.flush();
    return this.letters.get(record);
  }

  /** How many dead letters there are of each code. */
  deadLetterCounts(): Record<string, number> {
    this.flush();
    return this.letters.counts();
  }

  /** The devices with the most dead letters. */
  deadLetterDevices(limit: number): LetterCount[] {
    this.flush();
    return this.letters.devices(limit);
  }

  /** Devices that dead letters with this code wait for. For a start: it looks at all of them. */
  waitingDevices(code: ErrorCode): string[] {
    this.flush();
    return this.letters.waitingDevices(code);
  }

  /** How many dead letters a device has. */
  lettersOf(device: string): number {
    this.flush();
    return this.letters.countOf(device);
  }

  /** Forgets dead letters, a few hundred at once; returns how many there were. Throws where the disk does not take it. */
  forget(records: readonly number[]): number {
    return this.less((letters) => letters.remove(records));
  }

  /** The same for those that nobody wants to see again: they stay away when their messages are read again for another store. */
  dismiss(records: readonly number[]): number {
    return this.less((letters) => letters.dismiss(records, this.ports.maxDeadLetters));
  }

  /** Nobody wants to see a dead letter of this record with this code. */
  isDismissed(record: number, code: ErrorCode): boolean {
    return this.letters.isDismissed(record, code);
  }

  /** These records are understood now: another failure of them is news. A few hundred at once. */
  undismiss(records: readonly number[]): void {
    const { letters } = this;
    this.transaction(this.open(), () => letters.undismiss(records));
  }

  private less(work: (letters: Letters) => number): number {
    this.flush();
    const { letters } = this;
    let removed = 0;
    this.transaction(this.open(), () => {
      removed = work(letters);
    });
    this.total -= removed;
    return removed;
  }

  private evict(): void {
    try {
      this.removeOldest();
    } catch (error) {
      this.ports.failed?.(error);
    }
  }

  private removeOldest(): void {
    this.total = this.letters.total;
    const surplus = this.total - this.ports.maxDeadLetters;
    if (surplus <= 0) return;
    // the rest at the next flush
    const removed = this.letters.removeOldest(Math.min(surplus, EVICTED_AT_ONCE));
    this.total -= removed;
    this.ports.evicted?.(removed);
  }

  private get letters(): Letters {
    if (this.table === null) throw new Error('the ledger is not started');
    return this.table;
  }

  private open(): DatabaseSync {
    if (this.database === null) throw new Error('the ledger is not started');
    return this.database;
  }

  private statement(sql: string): StatementSync {
    return this.open().prepare(sql);
  }
}
