/**
 * How much room a disk has, looked at every `disk.checkMs`. Two reserves: below the first nothing new is acknowledged, below
 * the second, smaller one what can be made again from the journal is not written either. Each ends only when
 * `disk.resumeMiB` more is free: a disk at the edge must not switch to and fro.
 */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CodedError } from '../model/index.ts';
import type { Options } from './options.ts';

/** What a reserve stops: taking messages and changes, or writing what the journal has already. */
export type Reserve = 'messages' | 'files';

/** What the parts that write ask, as often as they like. */
export interface DiskRoom {
  /** hub.storage with what to do, while this reserve is used up; null: there is room. */
  lack(reserve: Reserve): CodedError | null;
}

export interface DiskEvents {
  began?(reserve: Reserve, folder: string, freeBytes: number): void;
  ended?(reserve: Reserve, folder: string, freeBytes: number): void;
  /** The system does not tell how much is free: the guard goes by what it knew last. */
  unknown?(folder: string, error: unknown): void;
}

export interface DiskGuardPorts {
  readonly folder: string;
  readonly options: Options;
  readonly events?: DiskEvents;
  /** Left out: the system is asked. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

const MIB = 1024 * 1024;

export class DiskGuard implements DiskRoom {
  readonly #ports: DiskGuardPorts;
  readonly #lacks = new Map<Reserve, CodedError>();
  #free: number | null = null;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;

  constructor(ports: DiskGuardPorts) {
    this.#ports = ports;
  }

  /** Looks once before it returns, so that nothing is taken that there is no room for. */
  async start(): Promise<void> {
    await this.look();
    this.#timer = setInterval(() => void this.look(), this.#ports.options.checkMs).unref();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#looking;
  }

  /** Bytes that are free for the hub; null: not known yet. */
  get free(): number | null {
    return this.#free;
  }

  lack(reserve: Reserve): CodedError | null {
    return this.#lacks.get(reserve) ?? null;
  }

  /** Looks now. A disk that does not answer (a network's) is not asked a second time meanwhile. */
  async look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { folder, freeBytes = freeOn, events, options } = this.#ports;
    try {
      this.#free = await freeBytes(folder);
    } catch (error) {
      events?.unknown?.(folder, error);
      return;
    }
    this.#decide('messages', options.reserveMiB, this.#free);
    this.#decide('files', options.filesMiB, this.#free);
  }

  #decide(reserve: Reserve, reserveMiB: number, free: number): void {
    const { folder, options, events } = this.#ports;
    const isLow = this.#lacks.has(reserve);
    if (free < (reserveMiB + (isLow ? options.resumeMiB : 0)) * MIB) {
      this.#lacks.set(reserve, lackOf(folder, free, reserveMiB));
      if (!isLow) events?.began?.(reserve, folder, free);
    } else if (isLow) {
      this.#lacks.delete(reserve);
      events?.ended?.(reserve, folder, free);
    }
  }
}

function lackOf(folder: string, free: number, reserveMiB: number): CodedError {
  const detail =
    `The disk of ${folder} has ${Math.floor(free / MIB)} MiB left, the hub keeps ${reserveMiB} free. ` +
    'Make room there, or give it a larger disk; the hub goes on by itself. Send this again then.';
  return new CodedError('hub.storage', detail);
}

/** Free for others than root. A folder that is not made yet stands on the disk of the one above. */
async function freeOn(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    const above = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === folder) throw error;
    return freeOn(above);
  }
}
