/** The files of a store, for whoever copies them while it runs. */
import { readdir } from 'node:fs/promises';
import { FORGET_PARTITIONS } from './known-partitions.ts';

export interface StoreFile {
  readonly name: string;
  /** To be run on the copy; null: nothing. */
  readonly finish: string | null;
}

/**
 * In the order in which they are to be copied: `meta.db` is committed before the partitions, so it is copied behind them; what
 * it knows too much is put right when the journal is read again. A Datastream that was deleted meanwhile may still have rows
 * in the copies, so all deletions count as not finished there.
 */
export async function sqliteStoreFiles(folder: string): Promise<StoreFile[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const partitions = names.filter((name) => name.startsWith('default-') && name.endsWith('.db')).sort();
  const files: StoreFile[] = partitions.map((name) => ({ name, finish: null }));
  if (names.includes('meta.db'))
    files.push({ name: 'meta.db', finish: `UPDATE dropped SET done = 0; ${FORGET_PARTITIONS}` });
  return files;
}
