/** A store folder as the first version of the hub wrote it: without edits, with ids from AUTOINCREMENT. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const APPLICATION = 0x50474c31;

export interface OldRow {
  readonly ds: number;
  readonly t: number;
  readonly n: number;
  readonly r: number;
  readonly rec: number;
  readonly id: number | null;
}

/** `name`: of the one partition, which all rows must belong to. */
export function writeOldStore(
  folder: string,
  weeks: { readonly from: number; readonly to: number },
  name: string,
  rows: readonly OldRow[],
): void {
  const meta = new DatabaseSync(join(folder, 'meta.db'));
  meta.exec(`PRAGMA journal_mode = WAL;
    CREATE TABLE store(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE alias(id INTEGER PRIMARY KEY AUTOINCREMENT, ds INTEGER NOT NULL, t INTEGER NOT NULL, n INTEGER NOT NULL,
      UNIQUE(ds, t, n));
    INSERT INTO store VALUES ('weeks_from', ${weeks.from}), ('weeks_to', ${weeks.to});
    PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = 1`);
  const alias = meta.prepare('INSERT INTO alias(id, ds, t, n) VALUES (?, ?, ?, ?)');
  for (const { id, ds, t, n } of rows) if (id !== null) alias.run(id, ds, t, n);
  meta.close();

  const db = new DatabaseSync(join(folder, `${name}.db`));
  db.exec(`PRAGMA journal_mode = WAL;
    CREATE TABLE slices(slice INTEGER PRIMARY KEY, count INTEGER NOT NULL, min_t INTEGER, max_t INTEGER);
    CREATE TABLE stats(slice INTEGER NOT NULL, ds INTEGER NOT NULL, count INTEGER NOT NULL, min_t INTEGER NOT NULL,
      max_t INTEGER NOT NULL, min_r REAL, max_r REAL, PRIMARY KEY(slice, ds)) WITHOUT ROWID;
    CREATE TABLE obs_1(ds INTEGER NOT NULL, t INTEGER NOT NULL, n INTEGER NOT NULL, r REAL,
      type INTEGER NOT NULL, rec INTEGER NOT NULL, q INTEGER NOT NULL, id INTEGER, x TEXT,
      PRIMARY KEY(ds, t, n)) WITHOUT ROWID;
    PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = 1`);
  const insert = db.prepare('INSERT INTO obs_1 VALUES (?, ?, ?, ?, 0, ?, 0, ?, NULL)');
  for (const { ds, t, n, r, rec, id } of rows) insert.run(ds, t, n, r, rec, id);
  db.exec(`INSERT INTO stats SELECT 1, ds, count(*), min(t), max(t), min(r), max(r) FROM obs_1 GROUP BY ds;
    INSERT INTO slices SELECT 1, count(*), min(t), max(t) FROM obs_1`);
  db.close();
}
