/** What a folder takes on the disk. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const BLOCK = 512;

/** Bytes that its files really take: a file may have room ahead that it does not use. */
export function bytesOf(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    try {
      bytes += statSync(join(entry.parentPath, entry.name)).blocks * BLOCK;
    } catch (error) {
      // it went between the two looks
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return bytes;
}
