/** The backups of a folder: which there are, which are left over from a crash, which have to go. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makePath } from '../disk/index.ts';
import { hubIdentity } from './format.ts';
import { MANIFEST, type Manifest, readManifest } from './manifest.ts';

export interface KeptBackup {
  readonly folder: string;
  readonly manifest: Manifest;
}

const COMPLETE = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(-\d+)?$/;
const PARTIAL = /^\.\d{4}-.*\.partial$/;
/** In a folder under construction: the data folder that it is a backup of, and its hub. */
const OWNER = 'owner';

/** `2026-11-21T16-50-00Z`: sorts by time, and every file system takes it. */
export function backupName(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
}

/** Complete backups of the hub of this data folder, the oldest first; what can't be read is passed over. */
export async function backupsOf(folder: string, data: string): Promise<KeptBackup[]> {
  const identity = hubIdentity(data);
  const found: KeptBackup[] = [];
  for (const name of await completeIn(folder)) {
    const manifest = await readManifest(join(folder, name)).catch(() => null);
    if (manifest !== null && isOf(manifest, resolve(data), identity))
      found.push({ folder: join(folder, name), manifest });
  }
  return found;
}

/** Many hubs have the same path in their containers, and hubs of before no identity. */
export function isOf(manifest: Manifest, data: string, identity: string | null): boolean {
  return manifest.data === data && (manifest.identity ?? identity) === identity;
}

/** Names of complete backups, of this hub or others, the oldest first. */
export async function completeIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((one) => COMPLETE.test(one)).sort();
}

/** Makes the folder in which a backup grows; it gets its name when it is complete. */
export async function beginFolder(folder: string, name: string, data: string): Promise<string> {
  const identity = hubIdentity(data);
  const mine = identity === null ? resolve(data) : `${resolve(data)} ${identity}`;
  await makePath(folder);
  for (const old of await readdir(folder)) {
    if (!PARTIAL.test(old)) continue;
    // one that another hub is making in the same folder stays
    const owner = await readFile(join(folder, old, OWNER), 'utf8').catch(() => mine);
    if (owner === mine || owner === resolve(data)) await rm(join(folder, old), { recursive: true, force: true });
  }
  const partial = join(folder, `.${name}.partial`);
  // as the data folder: it holds everything that the hub knows
  await mkdir(partial, { mode: 0o700 });
  await writeFile(join(partial, OWNER), mine);
  return partial;
}

export async function removeOwner(partial: string): Promise<void> {
  await rm(join(partial, OWNER), { force: true });
}

/** Removes the oldest backups of this data folder beyond `keep`; 0: none. Returns which. */
export async function removeOld(folder: string, data: string, keep: number): Promise<string[]> {
  if (keep === 0) return [];
  const all = await backupsOf(folder, data);
  const old = all.slice(0, Math.max(0, all.length - keep));
  for (const backup of old) {
    // without its manifest it counts as none, should this be interrupted
    await rm(join(backup.folder, MANIFEST), { force: true });
    await rm(backup.folder, { recursive: true, force: true });
  }
  return old.map((backup) => backup.folder);
}
