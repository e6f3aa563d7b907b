/** Makes a folder with those above it. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * As `mkdir` with `recursive`, which never comes to an end where a file system takes no folders (/proc). Rejects with the file
 * system's error.
 */
export async function makePath(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      if ((await stat(path)).isDirectory()) return;
      throw error;
    }
    const above = dirname(path);
    if (code !== 'ENOENT' || above === path) throw error;
    await makePath(above);
    // another process may have made it meanwhile
    await mkdir(path).catch(async (again: NodeJS.ErrnoException) => {
      if (again.code !== 'EEXIST') throw again;
    });
  }
}
