/** `orders.jsonl` on disk: lines that are appended and synced, never changed. */
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CodedError } from '../model/index.ts';
import type { OrderLine } from './order-line.ts';

const KINDS = new Set<unknown>(['freeze', 'lift', 'erasure', 'erased', 'again'] satisfies OrderLine['kind'][]);

export class OrderFile {
  readonly #file: string;
  #handle: FileHandle | null = null;
  #size = 0;
  #work: Promise<unknown> = Promise.resolve();

  constructor(file: string) {
    this.#file = file;
  }

  /** Its size. */
  get bytes(): number {
    return this.#size;
  }

  /** What stands there. A last line that was cut off by a crash goes: nobody was told that it counts. */
  async open(): Promise<OrderLine[]> {
    const { lines, bytes } = await readOrders(this.#file);
    try {
      this.#handle = await open(this.#file, 'a', 0o600);
      await this.#handle.truncate(bytes);
      await syncFolder(dirname(this.#file));
    } catch (cause) {
      throw new CodedError('hub.storage', `${this.#file} cannot be written: ${(cause as Error).message}`, { cause });
    }
    this.#size = bytes;
    return lines;
  }

  async close(): Promise<void> {
    await this.#work;
    await this.#handle?.close();
    this.#handle = null;
  }

  /** Resolves when the line is on disk; one after another. Throws CodedError hub.storage, and the line does not stand there. */
  append(line: OrderLine): Promise<void> {
    const next = this.#work.then(() => this.#write(Buffer.from(`${JSON.stringify(line)}\n`)));
    this.#work = next.catch(() => undefined);
    return next;
  }

  async #write(bytes: Buffer): Promise<void> {
    const handle = this.#handle;
    if (handle === null) throw new CodedError('hub.storage', `${this.#file} is closed`);
    try {
      const { bytesWritten } = await handle.write(bytes);
      if (bytesWritten !== bytes.length) throw new Error(`the disk took ${bytesWritten} of ${bytes.length} bytes`);
      await handle.sync();
      this.#size += bytes.length;
    } catch (cause) {
      await handle.truncate(this.#size).catch(() => undefined);
      throw new CodedError('hub.storage', `${this.#file} cannot be written: ${(cause as Error).message}`, { cause });
    }
  }
}

/**
 * The orders of a file, and the bytes that hold them. None where there is no file. Throws CodedError hub.storage where a line
 * other than the last can't be read: orders must not be passed over.
 */
export async function readOrders(file: string): Promise<{ readonly lines: OrderLine[]; readonly bytes: number }> {
  let content: Buffer;
  try {
    content = await readFile(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { lines: [], bytes: 0 };
    throw new CodedError('hub.storage', `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  const lines: OrderLine[] = [];
  let start = 0;
  for (let end = content.indexOf(10); end !== -1; end = content.indexOf(10, start)) {
    const line = parsed(content.toString('utf8', start, end));
    if (line === null) {
      // the last line may have lost its bytes to a crash though its end is there
      if (end === content.length - 1) break;
      throw new CodedError(
        'hub.storage',
        `${file}: line ${lines.length + 1} is damaged. It may be an order to freeze or to erase, so the hub does not start without it: put the file of a backup in its place, or mend the line.`,
      );
    }
    lines.push(line);
    start = end + 1;
  }
  return { lines, bytes: start };
}

function parsed(text: string): OrderLine | null {
  try {
    const line = JSON.parse(text) as OrderLine;
    return KINDS.has(line?.kind) && typeof line.id === 'string' && typeof line.at === 'number' ? line : null;
  } catch {
    return null;
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
