/** Small steps on files that several parts of a backup take. */
import { open, stat } from 'node:fs/promises';

/** Makes a file, or the entries of a folder, durable; Windows has no such call for folders. */
export async function syncPath(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
