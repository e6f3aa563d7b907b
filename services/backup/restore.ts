/**
 * Puts a backup in place: every file is compared with its checksum, copied into an empty folder, and orders that are younger
 * than the backup (erasures above all) are given to the hub that starts there. A folder in which this did not come to its
 * end is marked, and no hub starts in it.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { makePath } from '../disk/index.ts';
import { CodedError } from '../model/index.ts';
import { exists, syncPath } from './durable.ts';
import { IMAGE, type Manifest, readManifest } from './manifest.ts';
import { hubOf, linesOf, ordersOf, ownerOf } from './orders-beside.ts';

/** In a data folder: a restore is under way, or was ended. */
export const INCOMPLETE = 'RESTORE-INCOMPLETE';

export interface RestorePorts {
  /** Folder of the backup. */
  readonly backup: string;
  /** Empty, or not there yet. */
  readonly data: string;
  /**
   * Adds the orders of this file to those of the data folder, so that they are carried out before anything is served. `hub`:
   * whose they are, null: nobody knows. Returns how many were younger than the backup.
   */
  readonly applyOrders: (data: string, file: string, hub: string | null) => Promise<number>;
  /** File with the orders of this hub, `none`: it has given none; left out: the one that its hub keeps beside the backup. */
  readonly orders?: string | undefined;
  readonly told?: (progress: RestoreProgress) => void;
}

export interface RestoreProgress {
  readonly doing: 'checking' | 'copying';
  readonly path: string;
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface Restored {
  readonly manifest: Manifest;
  /** Orders younger than the backup. */
  readonly orders: number;
}

/** Compares every file of a backup with its checksum. Throws CodedError hub.storage that names the first one that differs. */
export async function verifyBackup(folder: string, told?: RestorePorts['told']): Promise<Manifest> {
  const manifest = await readManifest(folder);
  let bytes = 0;
  for (const file of manifest.files) {
    told?.({ doing: 'checking', path: file.path, bytes, totalBytes: manifest.bytes });
    const path = join(folder, IMAGE, file.path);
    const found = await hashOf(path).catch((cause: NodeJS.ErrnoException) => {
      const detail = cause.code === 'ENOENT' ? 'is missing' : `cannot be read: ${cause.message}`;
      throw new CodedError('hub.storage', `${path} ${detail}; this backup cannot be trusted, use another one`, {
        cause,
      });
    });
    if (found.sha256 !== file.sha256 || found.bytes !== file.bytes) {
      const detail = `is not what was backed up (${found.bytes} bytes, ${file.bytes} in the manifest)`;
      throw new CodedError('hub.storage', `${path} ${detail}; this backup cannot be trusted, use another one`);
    }
    bytes += file.bytes;
  }
  return manifest;
}

/** Throws CodedError hub.storage: the folder is not empty, too small, or the backup is damaged. Nothing is written then. */
export async function restoreBackup({ backup, data, applyOrders, orders, told }: RestorePorts): Promise<Restored> {
  await checkEmpty(data);
  const given = await youngerOrders(backup, await readManifest(backup), orders);
  const manifest = await verifyBackup(backup, told);
  await makePath(data);
  const { bavail, bsize } = await statfs(data);
  if (bavail * bsize < manifest.bytes) {
    const mib = (bytes: number) => `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MiB`;
    const detail = `The backup has ${mib(manifest.bytes)}, the disk of ${data} has ${mib(bavail * bsize)} free.`;
    throw new CodedError('hub.storage', detail);
  }
  const mark = join(data, INCOMPLETE);
  await writeFile(
    mark,
    `The restore of ${resolve(backup)} has not come to its end. Empty this folder and restore again.\n`,
  );
  await syncPath(mark);
  await syncPath(data);
  let bytes = 0;
  for (const file of manifest.files) {
    told?.({ doing: 'copying', path: file.path, bytes, totalBytes: manifest.bytes });
    const to = join(data, file.path);
    await mkdir(dirname(to), { recursive: true });
    await copyFile(join(backup, IMAGE, file.path), to);
    // tokens stay secret, and everything can be written to, whatever the backup's disk made of it
    await chmod(to, file.path === 'access.json' ? 0o600 : ((await stat(to)).mode & 0o777) | 0o600);
    const copied = await hashOf(to);
    if (copied.sha256 !== file.sha256)
      throw new CodedError('hub.storage', `${to} was not written as it was read; look at the disk`);
    await syncPath(to);
    bytes += file.bytes;
  }
  const younger = given === null ? 0 : await applyOrders(data, given.file, given.hub);
  for (const folder of new Set(manifest.files.map(({ path }) => dirname(join(data, path))))) await syncPath(folder);
  await rm(mark);
  await syncPath(data);
  return { manifest, orders: younger };
}

/**
 * The orders that the hub has gone on writing beside the backup; null: there are none. An order of another hub would destroy
 * Observations of this one, so a file that may be another's is refused with hub.storage.
 */
async function youngerOrders(
  backup: string,
  { identity }: Manifest,
  named: string | undefined,
): Promise<{ readonly file: string; readonly hub: string | null } | null> {
  if (named === 'none') return null;
  const folder = dirname(resolve(backup));
  if (named === undefined && identity === undefined) {
    const found = (await readdir(folder)).filter((name) => /^orders(-.*)?\.jsonl$/.test(name)).sort();
    if (found.length === 0) return null;
    throw new CodedError(
      'hub.storage',
      `${backup} does not say of which hub it is, because a hub of before made it; beside it stands ${found.join(', ')}. Orders of another hub would remove data here: name the file of this hub with --orders <file>, or say --orders none.`,
    );
  }
  const file = named ?? join(folder, ordersOf(identity as string));
  if (!(await exists(file))) {
    if (named === undefined) return null;
    throw new CodedError('hub.storage', `${file} does not exist; name the file with the orders of this hub`);
  }
  const hub = identity ?? (await ownerOf(file));
  const foreign = (await linesOf(file)).map(hubOf).find((owner) => owner !== null && owner !== hub);
  if (foreign === undefined) return { file, hub };
  throw new CodedError(
    'hub.storage',
    `${file} holds orders of another hub (${foreign}) than this one (${hub}), and they would remove data here. Name the file of this hub with --orders <file>, or say --orders none.`,
  );
}

async function checkEmpty(data: string): Promise<void> {
  const names = await readdir(data).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new CodedError('hub.storage', `${data} cannot be read: ${error.message}`, { cause: error });
  });
  const strangers = names.filter((name) => name !== 'lost+found');
  if (strangers.length === 0) return;
  const half = strangers.includes(INCOMPLETE) ? ', left by a restore that did not come to its end' : '';
  throw new CodedError(
    'hub.storage',
    `${data} is not empty (${strangers.slice(0, 3).join(', ')}${strangers.length > 3 ? ', …' : ''}${half}). A backup is restored into an empty folder only: name another one, or move its content away.`,
  );
}

async function hashOf(file: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { sha256: hash.digest('hex'), bytes };
}
