/** `<data>/access.json`: the hashes of the tokens, readable by the hub's user only. */
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { CodedError } from '../model/index.ts';

const shape = z.object({
  version: z.literal(1),
  tokens: z.array(z.object({ scope: z.enum(['admin', 'ingest']), sha256: z.string().length(43), madeAt: z.string() })),
});

export type StoredToken = z.infer<typeof shape>['tokens'][number];

/** Empty when the file does not exist. Throws `hub.storage` for a file that can't be read or is damaged: never guesses. */
export async function readTokens(file: string): Promise<StoredToken[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new CodedError('hub.storage', `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    return shape.parse(JSON.parse(text)).tokens;
  } catch (cause) {
    const detail = `${file} is damaged; restore it, or delete it and new tokens are made and printed at the next start`;
    throw new CodedError('hub.storage', detail, { cause });
  }
}

/** Writes beside it, syncs, renames: after a crash the file is the old or the new one, whole. */
export async function writeTokens(file: string, tokens: readonly StoredToken[]): Promise<void> {
  const beside = `${file}.new`;
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(beside, 'w', 0o600);
    try {
      await chmod(beside, 0o600); // an older file of that name keeps its mode on open
      await handle.writeFile(`${JSON.stringify({ version: 1, tokens }, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (cause) {
    throw new CodedError('hub.storage', `${file} cannot be written: ${(cause as Error).message}`, { cause });
  }
}
