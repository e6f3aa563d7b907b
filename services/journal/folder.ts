/** The journal's folder on disk. */
import { open } from 'node:fs/promises';

/** A new file survives a loss of power only when its folder's entry is on disk too. Not every system can do this. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
