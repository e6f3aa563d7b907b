/** The folder of everything that the hub keeps. */
import { constants, existsSync } from 'node:fs';
import { chmod, access as mayAccess } from 'node:fs/promises';
import { makePath } from '../services/disk/index.ts';
import { CodedError } from '../services/model/index.ts';

/** Throws CodedError hub.storage with one clear line where the hub could not write there. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    const isNew = !existsSync(folder);
    await makePath(folder);
    // readings and names are for the hub's user alone; who made the folder has decided otherwise
    if (isNew) await chmod(folder, 0o700).catch(() => undefined);
    await mayAccess(folder, constants.W_OK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CodedError(
      'hub.storage',
      `The data folder ${folder} cannot be written (${code}); choose another with --data.`,
      { cause },
    );
  }
}
