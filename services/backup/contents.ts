/** What of a data folder goes into a backup, in the order in which it is copied: what is made from the journal before it. */
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { SegmentPart } from '../journal/index.ts';
import { sqliteStoreFiles } from '../timeseries/index.ts';
import type { Looks } from './manifest.ts';

export interface Content {
  /** Path in the data folder, with `/`. */
  readonly path: string;
  readonly file: string;
  readonly kind: 'database' | 'file';
  /** Statements that are run on the copy of a database. */
  readonly finish: string | null;
  /** Bytes from the begin; null: all. */
  readonly bytes: number | null;
  /** Nobody writes to it any more: the copy may be the same file. */
  readonly closed: boolean;
  readonly looks: Looks;
}

/** Copied by the hub itself, in its own way. */
const LEDGER = 'ledger.db';
/** What is under way, and what belongs to a database and is copied with it. */
const LEFT_OUT = /(-wal|-shm|-journal|\.next|\.new|\.tmp|\.partial)$/;
/** What stands for itself: half-done moves and restores, and the tokens of a demo. */
const NOT_KEPT = new Set(['move.json', 'RESTORE-INCOMPLETE', 'demo-token', 'lost+found']);
/** They are read in their own order, or not as files. */
const OWN_FOLDERS = new Set(['journal', 'timeseries']);

/**
 * Everything but ledger and journal. `now`: milliseconds. The embedded store's files come last; `store` false: they are left
 * out, because the hub keeps its Observations elsewhere. `backups`: their folder, which may stand in the data folder.
 */
export async function contentsOf(
  data: string,
  store: boolean,
  now: number,
  backups: string | null = null,
): Promise<Content[]> {
  const found: Content[] = [];
  await collect(data, '', now, found, backups === null ? null : resolve(backups));
  if (!store) return found;
  const folder = join(data, 'timeseries');
  for (const { name, finish } of await sqliteStoreFiles(folder)) {
    const file = join(folder, name);
    const looks = await looksOf(file, now);
    if (looks !== null)
      found.push({ path: `timeseries/${name}`, file, kind: 'database', finish, bytes: null, closed: false, looks });
  }
  return found;
}

async function collect(
  folder: string,
  prefix: string,
  now: number,
  into: Content[],
  backups: string | null,
): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const { name } = entry;
    if (LEFT_OUT.test(name) || (prefix === '' && (NOT_KEPT.has(name) || name === LEDGER))) continue;
    const file = join(folder, name);
    if (entry.isDirectory()) {
      if ((prefix === '' && OWN_FOLDERS.has(name)) || resolve(file) === backups) continue;
      await collect(file, `${prefix}${name}/`, now, into, backups);
    } else if (entry.isFile()) {
      const looks = await looksOf(file, now);
      const kind = name.endsWith('.db') ? 'database' : 'file';
      const path = `${prefix}${name}`;
      if (looks !== null) into.push({ path, file, kind, finish: null, bytes: null, closed: false, looks });
    }
  }
}

export async function contentOfSegment({ file, name, bytes, closed }: SegmentPart, now: number): Promise<Content> {
  const looks = (await looksOf(file, now)) ?? { inode: 0, size: 0, modified: 0, logSize: 0, logModified: 0, seen: now };
  return { path: `journal/${name}`, file, kind: 'file', finish: null, bytes: closed ? null : bytes, closed, looks };
}

/** null: it is gone. */
async function looksOf(file: string, now: number): Promise<Looks | null> {
  const own = await stat(file).catch(missing);
  if (own === null) return null;
  const log = await stat(`${file}-wal`).catch(missing);
  const logged = log === null ? { logSize: 0, logModified: 0 } : { logSize: log.size, logModified: log.mtimeMs };
  return { inode: own.ino, size: own.size, modified: own.mtimeMs, ...logged, seen: now };
}

function missing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** A file whose last change is so young may change again without looking different. */
const SETTLED_MS = 5000;

/** Is a file that looks like this now the one that looked like that when it was copied? */
export function unchanged(then: Looks, now: Looks): boolean {
  return (
    then.inode === now.inode &&
    then.size === now.size &&
    then.modified === now.modified &&
    then.logSize === now.logSize &&
    (now.logSize === 0 || then.logModified === now.logModified) &&
    then.seen - Math.max(then.modified, then.logModified) > SETTLED_MS
  );
}
