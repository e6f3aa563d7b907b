/** Opens the files of a store and says what is in them. */
import { closeSync, existsSync, fsyncSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '../threads/fault.ts';
import { onFile } from './fault.ts';

/** "PGL1" in the header of every file, so that a foreign database is never written to. */
const APPLICATION = 0x50474c31;
/** 2: edits, that is `claim`, `dropped`, `removed`, and the ends of intervals. */
export const FORMAT = 2;
/** `PRAGMA auto_vacuum` of files that give pages back when they are asked to. */
export const INCREMENTAL = 2;

export interface FileSettings {
  readonly pageSize: number;
  readonly walMiB: number;
  readonly cacheMiB: number;
}

/**
 * `alias`: which row an assigned @iot.id stands for. `claim`: where
 * the row stands now that has kept the id of (ds, t). `dropped`: deleted Datastreams; done when none of their rows is left.
 */
const EDITS_META = `
  CREATE TABLE claim(ds INTEGER NOT NULL, t INTEGER NOT NULL, to_ds INTEGER NOT NULL, to_t INTEGER NOT NULL,
    to_n INTEGER NOT NULL, PRIMARY KEY(ds, t)) WITHOUT ROWID;
  CREATE INDEX claim_by_row ON claim(to_ds, to_t, to_n);
  CREATE TABLE dropped(ds INTEGER PRIMARY KEY, done INTEGER NOT NULL);`;

const META = `
  CREATE TABLE store(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE alias(id INTEGER PRIMARY KEY, ds INTEGER NOT NULL, t INTEGER NOT NULL, n INTEGER NOT NULL,
    UNIQUE(ds, t, n));
  INSERT INTO store(key, value) VALUES ('partitions', ${FORMAT}), ('identity', random() >> 12);
  ${EDITS_META}`;

/** `removed`: what stood there and was removed, so that its record does not bring it back and its number is not given again. */
const REMOVED = `
  CREATE TABLE removed(ds INTEGER NOT NULL, t INTEGER NOT NULL, n INTEGER NOT NULL, rec INTEGER NOT NULL,
    PRIMARY KEY(ds, t, n, rec)) WITHOUT ROWID;`;

/**
 * `slices` lists the tables obs_1, obs_2, …; `stats` holds what is known of each Datastream in each of them. min_r and
 * max_r are over results of type number and may be wider than these after a removal, as min_t and max_t of a slice; max_e is
 * the greatest end of an interval.
 */
const PARTITION = `
  CREATE TABLE slices(slice INTEGER PRIMARY KEY, count INTEGER NOT NULL, min_t INTEGER, max_t INTEGER);
  CREATE TABLE stats(slice INTEGER NOT NULL, ds INTEGER NOT NULL, count INTEGER NOT NULL, min_t INTEGER NOT NULL,
    max_t INTEGER NOT NULL, min_r REAL, max_r REAL, max_e INTEGER, PRIMARY KEY(slice, ds)) WITHOUT ROWID;
  ${REMOVED}`;

/** What a file of version 1 lacks. */
const UPGRADES = {
  meta: EDITS_META,
  partition: `${REMOVED} ALTER TABLE stats ADD COLUMN max_e INTEGER;`,
} as const;

const SCHEMAS = { meta: META, partition: PARTITION } as const;

export function sliceTable(slice: number): string {
  return `CREATE TABLE obs_${slice}(ds INTEGER NOT NULL, t INTEGER NOT NULL, n INTEGER NOT NULL, r REAL,
    type INTEGER NOT NULL, rec INTEGER NOT NULL, q INTEGER NOT NULL, id INTEGER, x TEXT,
    PRIMARY KEY(ds, t, n)) WITHOUT ROWID`;
}

/** Opens a file for writing; one that does not exist is made. */
export function openForWriting(file: string, kind: keyof typeof SCHEMAS, settings: FileSettings): DatabaseSync {
  return onFile(file, () => {
    // a file of no bytes is what a crash between creating and writing leaves
    const fresh = !existsSync(file) || statSync(file).size === 0;
    const db = new DatabaseSync(file, { timeout: 10_000 });
    try {
      // a crash may leave a header without tables; anything else that does not bear our mark is somebody else's
      const empty = fresh || (pragma(db, 'application_id') === 0 && tables(db) === 0);
      // free pages can be given back to the file system, a few at a time
      if (fresh) db.exec(`PRAGMA page_size = ${settings.pageSize}; PRAGMA auto_vacuum = ${INCREMENTAL}`);
      const version = empty ? FORMAT : known(db, file);
      db.exec(`PRAGMA cache_size = ${-1024 * settings.cacheMiB}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL`);
      if (empty) create(db, kind);
      if (version < FORMAT) db.exec(`BEGIN; ${UPGRADES[kind]} PRAGMA user_version = ${FORMAT}; COMMIT`);
      const pages = Math.ceil((settings.walMiB * 1024 * 1024) / pragma(db, 'page_size'));
      db.exec(`PRAGMA wal_autocheckpoint = ${pages}`);
      if (empty) syncFolder(dirname(file));
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

export function openForReading(file: string, cacheMiB: number): DatabaseSync {
  return onFile(file, () => {
    const db = new DatabaseSync(file, { readOnly: true, timeout: 10_000 });
    try {
      db.exec(`PRAGMA cache_size = ${-1024 * cacheMiB}`);
      if (known(db, file) !== FORMAT) throw foreignVersion(db, file);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

function create(db: DatabaseSync, kind: keyof typeof SCHEMAS): void {
  db.exec(`BEGIN; ${SCHEMAS[kind]} PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${FORMAT}; COMMIT`);
}

function tables(db: DatabaseSync): number {
  return (db.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number }).n;
}

/** The file's version, 1 or the one of this hub. */
function known(db: DatabaseSync, file: string): number {
  if (pragma(db, 'application_id') !== APPLICATION) throw foreign(file);
  const version = pragma(db, 'user_version');
  if (version < 1 || version > FORMAT) throw foreignVersion(db, file);
  return version;
}

function foreignVersion(db: DatabaseSync, file: string): Fault {
  const version = pragma(db, 'user_version');
  const detail = `made by another version of the hub (format ${version}, this one knows ${FORMAT})`;
  return new Fault('hub.storage', `${file}: ${detail}`);
}

function foreign(file: string): Fault {
  return new Fault('hub.storage', `${file}: a database, but none of this store; move it away`);
}

export function pragma(db: DatabaseSync, name: string): number {
  return Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}

/** Makes the new file's entry in its folder durable; Windows has no such call. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
