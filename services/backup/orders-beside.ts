/** `orders.jsonl` beside the backups: every order that there ever was, also those that are younger than a backup. */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '../model/index.ts';

export const ORDERS = 'orders.jsonl';

/** Adds the orders of a data folder that are not there yet. Durable on return. */
export async function keepOrders(data: string, folder: string): Promise<void> {
  const file = join(folder, ORDERS);
  const own = await linesOf(join(data, ORDERS));
  const kept = await linesOf(file);
  const known = new Set(kept);
  const missing = own.filter((line) => !known.has(line));
  if (missing.length === 0) return;
  const beside = `${file}.new`;
  try {
    await mkdir(folder, { recursive: true });
    const handle = await open(beside, 'w', 0o600);
    try {
      await handle.writeFile([...kept, ...missing, ''].join('\n'));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (cause) {
    throw new CodedError('hub.storage', `${file} cannot be written: ${(cause as Error).message}`, { cause });
  }
}

/** Whole lines only; none where there is no such file. */
async function linesOf(file: string): Promise<string[]> {
  try {
    return (await readFile(file, 'utf8'))
      .split('\n')
      .slice(0, -1)
      .filter((line) => line !== '');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new CodedError('hub.storage', `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
