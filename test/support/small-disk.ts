/**
 * A real file system of a few MiB (tmpfs), which a test can fill to the last byte. Only root may mount one, and not in every
 * container: `smallDisk` gives null there, and says so.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  readonly folder: string;
  /** Bytes that are free. */
  readonly free: number;
  /** Writes another file until only so many bytes are left; 0: until the disk takes no further byte. */
  fill(leave: number): void;
  /** Deletes that file. */
  empty(): void;
  end(): void;
}

const BALLAST = 'ballast';
const PAGE = 4096;

export function smallDisk(mebibytes: number): SmallDisk | null {
  const folder = mkdtempSync(join(tmpdir(), 'stadtpegel-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    rmSync(folder, { recursive: true });
    process.stderr.write(`skipped: no small disk can be mounted here (root can): ${(error as Error).message}\n`);
    return null;
  }
  const ballast = join(folder, BALLAST);
  const free = () => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  return {
    folder,
    get free() {
      return free();
    },
    fill(leave) {
      const file = openSync(ballast, 'a');
      const block = Buffer.alloc(64 * PAGE, 'x');
      try {
        for (let left = free() - leave; left >= PAGE; left = free() - leave)
          writeSync(file, block, 0, Math.min(block.length, left));
        if (leave === 0) for (;;) if (writeSync(file, block, 0, 1) === 0) break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        closeSync(file);
      }
    },
    empty: () => rmSync(ballast, { force: true }),
    end() {
      execFileSync('umount', ['-l', folder], { stdio: 'pipe' });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
