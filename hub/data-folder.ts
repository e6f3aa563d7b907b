/** The folder of everything that the hub keeps. */
import { constants } from 'node:fs';
import { access as mayAccess, mkdir } from 'node:fs/promises';
import { CodedError } from '../services/model/index.ts';

/** Throws CodedError hub.storage with one clear line where the hub could not write there. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
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
