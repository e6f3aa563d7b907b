/**
 * `orders-<identity of the hub>.jsonl` beside the backups: every order that there ever was, also those that are younger than a
 * backup. Several hubs may keep their backups in one folder; each has a file of its own and only adds to it.
 */
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makePath } from '../disk/index.ts';
import { CodedError } from '../model/index.ts';
import { syncPath } from './durable.ts';

/** In a data folder. Hubs of before wrote one of this name beside the backups, too, which does not say of which hub it is. */
export const ORDERS = 'orders.jsonl';

const NEWLINE = 10;

/** Beside the backups of this hub. */
export function ordersOf(identity: string): string {
  return `orders-${identity}.jsonl`;
}

/** Of which hub an order is; null: the line does not say it. */
export function hubOf(line: string): string | null {
  try {
    const { hub } = JSON.parse(line) as { hub?: unknown };
    return typeof hub === 'string' ? hub : null;
  } catch {
    return null;
  }
}

/** Of which hub the orders of a file are, as far as they say it; null: none does, or there is no such file. */
export async function ownerOf(file: string): Promise<string | null> {
  for (const line of await linesOf(file)) {
    const hub = hubOf(line);
    if (hub !== null) return hub;
  }
  return null;
}

/** Adds the orders of the one file to the other as far as they are not there yet. Durable on return. Throws CodedError hub.storage. */
export async function keepOrders(from: string, to: string): Promise<void> {
  const own = await linesOf(from);
  if (own.length === 0) return;
  const known = new Set(await linesOf(to));
  await add(
    to,
    own.filter((line) => !known.has(line)),
  );
}

/** Keeps what a data folder orders beside its backups; reads only what has been added since. */
export class OrdersBeside {
  readonly #own: string;
  readonly #folder: string;
  readonly #identity: () => string | null;
  /** Bytes of the data folder's orders that stand beside the backups, and of the file there; null: nobody has compared them. */
  #kept: { readonly own: number; readonly beside: number } | null = null;

  constructor(data: string, folder: string, identity: () => string | null) {
    this.#own = join(data, ORDERS);
    this.#folder = folder;
    this.#identity = identity;
  }

  /** Not twice at the same time. Throws CodedError hub.storage. */
  async keep(): Promise<void> {
    const identity = this.#identity();
    if ((await sizeOf(this.#own)) === 0) return;
    if (identity === null)
      throw new CodedError('hub.storage', `${this.#own} cannot be kept beside the backups: the folder names no hub`);
    const file = join(this.#folder, ordersOf(identity));
    const kept = this.#kept;
    const isKnown = kept !== null && kept.beside === (await sizeOf(file));
    const { lines, end } = await linesFrom(this.#own, isKnown ? kept.own : 0);
    const known = new Set(isKnown ? [] : await linesOf(file));
    // what another hub has ordered is not this one's to keep
    const missing = lines.filter((line) => (hubOf(line) ?? identity) === identity && !known.has(line));
    await add(file, missing);
    this.#kept = { own: end, beside: await sizeOf(file) };
  }
}

async function add(file: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  const folder = dirname(file);
  try {
    await makePath(folder);
    const handle = await open(file, 'a+', 0o600);
    try {
      await endLines(handle);
      await handle.appendFile([...lines, ''].join('\n'));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await syncPath(folder);
  } catch (cause) {
    throw new CodedError('hub.storage', `${file} cannot be written: ${(cause as Error).message}`, { cause });
  }
}

/** A last line that a crash cut off goes: it comes again, as a whole. */
async function endLines(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  if (size === 0) return;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  if (buffer[0] === NEWLINE) return;
  const content = Buffer.alloc(size);
  await handle.read(content, 0, size, 0);
  await handle.truncate(content.lastIndexOf(NEWLINE) + 1);
}

/** Whole lines only; none where there is no such file. */
export async function linesOf(file: string): Promise<string[]> {
  return (await linesFrom(file, 0)).lines;
}

/** The whole lines from a byte on, and the byte behind them. */
async function linesFrom(file: string, start: number): Promise<{ readonly lines: string[]; readonly end: number }> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of createReadStream(file, { start })) pieces.push(piece as Buffer);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { lines: [], end: 0 };
    throw new CodedError('hub.storage', `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  const content = Buffer.concat(pieces);
  const length = content.lastIndexOf(NEWLINE) + 1;
  const lines = content.toString('utf8', 0, length).split('\n');
  return { lines: lines.filter((line) => line !== ''), end: start + length };
}

/** Bytes; 0: there is no such file. */
async function sizeOf(file: string): Promise<number> {
  return await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}
