/** Orders that are younger than a backup, for the hub that starts on it. */
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ORDERS } from '../../services/backup/index.ts';
import { CodedError } from '../../services/model/index.ts';

interface Line {
  readonly kind: string;
  readonly id: string;
}

/**
 * Adds what the folder does not know; erasures of it are carried out again. `hub`: whose orders they are, null: nobody knows.
 * Returns how many orders are younger.
 */
export async function applyYoungerOrders(data: string, file: string, hub: string | null): Promise<number> {
  const own = join(data, ORDERS);
  const known = new Set(await linesOf(own));
  const younger = (await linesOf(file)).filter((line) => !known.has(line));
  if (younger.length === 0) return 0;
  const lines = younger.map((line) => parsed(file, line));
  const owner = hub === null ? {} : { hub };
  const erasures = new Set(lines.flatMap(({ kind, id }) => (kind === 'erasure' || kind === 'erased' ? [id] : [])));
  const again = [...erasures].map((id) => JSON.stringify({ kind: 'again', id, at: Date.now(), ...owner }));
  await appendFile(own, [...younger, ...again, ''].join('\n'), { mode: 0o600, flush: true });
  return new Set(lines.map(({ id }) => id)).size;
}

function parsed(file: string, line: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch (cause) {
    throw new CodedError('hub.storage', `${file} is damaged: ${line.slice(0, 60)}`, { cause });
  }
}

async function linesOf(file: string): Promise<string[]> {
  try {
    const text = await readFile(file, 'utf8');
    return text
      .split('\n')
      .slice(0, -1)
      .filter((line) => line !== '');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw cause;
  }
}
