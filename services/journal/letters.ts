/**
 * Dead letters in the ledger's file. There may be a million of them, and every statement runs on the main thread: each looks at
 * a bounded number of rows along an index, and counts are kept up by triggers instead of being counted.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ErrorCode } from '../model/index.ts';

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

/** Which dead letters; what is left out matches all. */
export interface LetterFilter {
  readonly code?: string | undefined;
  readonly device?: string | undefined;
  readonly source?: string | undefined;
  /** Receipt, milliseconds: inclusive, exclusive. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface LetterPage {
  readonly letters: readonly DeadLetter[];
  /** Where the next page begins, also when this one is empty: ask on with it. null: that were all. */
  readonly next: number | null;
}

export interface LetterCount {
  readonly device: string;
  readonly count: number;
}

export const LETTERS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS dead (
    record INTEGER PRIMARY KEY, at INTEGER NOT NULL, source TEXT NOT NULL, device TEXT, code TEXT NOT NULL, detail TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS dead_device ON dead (device);
  CREATE INDEX IF NOT EXISTS dead_code ON dead (code);
  CREATE INDEX IF NOT EXISTS dead_source ON dead (source);
  CREATE TABLE IF NOT EXISTS dismissed (record INTEGER, code TEXT, PRIMARY KEY (record, code)) WITHOUT ROWID;`;

/** A letter without a device counts under the empty name. */
const COUNTS = `
  CREATE TABLE dead_count (kind TEXT, name TEXT, n INTEGER NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID;
  CREATE INDEX dead_most ON dead_count (kind, n);
  INSERT INTO dead_count SELECT 'code', code, count(*) FROM dead GROUP BY code;
  INSERT INTO dead_count SELECT 'device', coalesce(device, ''), count(*) FROM dead GROUP BY 2;
  CREATE TRIGGER dead_came AFTER INSERT ON dead BEGIN ${more('new')} END;
  CREATE TRIGGER dead_went AFTER DELETE ON dead BEGIN ${fewer('old')} END;
  CREATE TRIGGER dead_changed AFTER UPDATE OF device, code ON dead BEGIN ${fewer('old')} ${more('new')} END;`;

function more(row: string): string {
  const add = (kind: string, name: string) =>
    `INSERT INTO dead_count VALUES ('${kind}', ${name}, 1) ON CONFLICT DO UPDATE SET n = n + 1;`;
  return add('code', `${row}.code`) + add('device', `coalesce(${row}.device, '')`);
}

function fewer(row: string): string {
  const take = (kind: string, name: string) =>
    `UPDATE dead_count SET n = n - 1 WHERE kind = '${kind}' AND name = ${name};
     DELETE FROM dead_count WHERE kind = '${kind}' AND name = ${name} AND n = 0;`;
  return take('code', `${row}.code`) + take('device', `coalesce(${row}.device, '')`);
}

/** Rows that one page looks at, at the most. */
const LOOKED_AT = 500;

export class Letters {
  private readonly database: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();

  /** The file has LETTERS_SCHEMA. */
  constructor(database: DatabaseSync) {
    this.database = database;
    const known = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'dead_count'").get();
    if (known === undefined) database.exec(`BEGIN; ${COUNTS} COMMIT`);
  }

  put({ record, at, source, device, code, detail }: DeadLetter): void {
    this.statement(
      `INSERT INTO dead (record, at, source, device, code, detail) SELECT ?1, ?2, ?3, ?4, ?5, ?6
       WHERE NOT EXISTS (SELECT 1 FROM dismissed WHERE record = ?1 AND code = ?5) ON CONFLICT (record) DO UPDATE
       SET at = excluded.at, source = excluded.source, device = excluded.device, code = excluded.code, detail = excluded.detail`,
    ).run(record, Math.trunc(at), source, device, code, detail);
  }

  get(record: number): DeadLetter | null {
    const row = this.statement('SELECT * FROM dead WHERE record = ?').get(record);
    return row === undefined ? null : letterOf(row);
  }

  /** By record, downwards from below `beyond` or upwards from above it; null: from that end. */
  page(filter: LetterFilter, order: 'down' | 'up', beyond: number | null, limit: number): LetterPage {
    const { device, code, source } = filter;
    const index =
      device !== undefined ? 'device' : code !== undefined ? 'code' : source !== undefined ? 'source' : null;
    const [comparison, direction, end] =
      order === 'down' ? ['<', 'DESC', Number.MAX_SAFE_INTEGER] : ['>', 'ASC', Number.MIN_SAFE_INTEGER];
    const where = index === null ? '' : `${index} = ? AND `;
    const sql = `SELECT * FROM dead WHERE ${where}record ${comparison} ? ORDER BY record ${direction} LIMIT ${LOOKED_AT}`;
    const values = index === null ? [beyond ?? end] : [filter[index] as string, beyond ?? end];
    const letters: DeadLetter[] = [];
    let seen = 0;
    let last = 0;
    for (const row of this.statement(sql).iterate(...values)) {
      const letter = letterOf(row);
      seen += 1;
      last = letter.record;
      if (!matches(letter, filter)) continue;
      letters.push(letter);
      if (letters.length === limit) return { letters, next: last };
    }
    return { letters, next: seen === LOOKED_AT ? last : null };
  }

  /** How many there are of each code. */
  counts(): Record<string, number> {
    const rows = this.statement("SELECT name, n FROM dead_count WHERE kind = 'code' ORDER BY name").all();
    return Object.fromEntries(rows.map((row) => [String(row.name), Number(row.n)]));
  }

  get total(): number {
    return Number(this.statement("SELECT sum(n) AS n FROM dead_count WHERE kind = 'code'").get()?.n ?? 0);
  }

  /** The devices with the most. */
  devices(limit: number): LetterCount[] {
    const rows = this.statement(
      "SELECT name, n FROM dead_count WHERE kind = 'device' AND name <> '' ORDER BY n DESC, name LIMIT ?",
    ).all(limit);
    return rows.map((row) => ({ device: String(row.name), count: Number(row.n) }));
  }

  countOf(device: string): number {
    const row = this.statement("SELECT n FROM dead_count WHERE kind = 'device' AND name = ?").get(device);
    return Number(row?.n ?? 0);
  }

  /** Devices with letters of this code. For a start: it looks at all of them. */
  waitingDevices(code: ErrorCode): string[] {
    const rows = this.statement('SELECT DISTINCT device FROM dead WHERE code = ? AND device IS NOT NULL').all(code);
    return rows.map((row) => String(row.device));
  }

  remove(records: readonly number[]): number {
    const remove = this.statement('DELETE FROM dead WHERE record = ?');
    let removed = 0;
    for (const record of records) removed += Number(remove.run(record).changes);
    return removed;
  }

  /** They stay away, also when the journal is read again and they are not understood for the same reason. At most `most` are remembered, the newest ones. */
  dismiss(records: readonly number[], most: number): number {
    const remember = this.statement('INSERT OR IGNORE INTO dismissed SELECT record, code FROM dead WHERE record = ?');
    for (const record of records) remember.run(record);
    const oldest = 'SELECT record FROM dismissed ORDER BY record DESC LIMIT 1 OFFSET ?';
    this.statement(`DELETE FROM dismissed WHERE record <= (${oldest})`).run(most);
    return this.remove(records);
  }

  isDismissed(record: number, code: ErrorCode): boolean {
    return this.statement('SELECT 1 FROM dismissed WHERE record = ? AND code = ?').get(record, code) !== undefined;
  }

  /** What became an Observation since: should it be none again, that is news. */
  undismiss(records: readonly number[]): void {
    if (this.statement('SELECT 1 FROM dismissed LIMIT 1').get() === undefined) return;
    const forget = this.statement('DELETE FROM dismissed WHERE record = ?');
    for (const record of records) forget.run(record);
  }

  /** Numbers behind this one are given again, to other messages. Returns how many of them were dismissed. */
  undismissBehind(record: number): number {
    return Number(this.statement('DELETE FROM dismissed WHERE record > ?').run(record).changes);
  }

  removeOldest(count: number): number {
    const sql = 'DELETE FROM dead WHERE record IN (SELECT record FROM dead ORDER BY record LIMIT ?)';
    return Number(this.statement(sql).run(count).changes);
  }

  private statement(sql: string): StatementSync {
    const known = this.statements.get(sql) ?? this.database.prepare(sql);
    this.statements.set(sql, known);
    return known;
  }
}

function matches(letter: DeadLetter, { code, device, source, from, to }: LetterFilter): boolean {
  if (code !== undefined && letter.code !== code) return false;
  if (device !== undefined && letter.device !== device) return false;
  if (source !== undefined && letter.source !== source) return false;
  return (from === undefined || letter.at >= from) && (to === undefined || letter.at < to);
}

function letterOf(row: Record<string, unknown>): DeadLetter {
  return {
    record: Number(row.record),
    at: Number(row.at),
    source: String(row.source),
    device: row.device === null ? null : String(row.device),
    code: String(row.code) as ErrorCode,
    detail: String(row.detail),
  };
}
