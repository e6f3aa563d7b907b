/** The backups of a running hub: one at a time, asked for over the admin API; and orders that go beside them at once. */
import { resolve } from 'node:path';
import { CodedError, isoTime } from '../model/index.ts';
import { hubIdentity } from './format.ts';
import { BackupList, type ListedBackup } from './list.ts';
import { makeBackup } from './making.ts';
import { OrdersBeside } from './orders-beside.ts';
import type { BackupPorts, BackupProgress, MadeBackup } from './port.ts';

export interface BackupEvents {
  made?(made: MadeBackup): void;
  failed?(error: Error): void;
}

/** Plain JSON. */
export interface BackupStatus {
  readonly state: 'none' | 'running' | 'done' | 'failed';
  readonly began: string | null;
  readonly ended: string | null;
  readonly progress: BackupProgress | null;
  readonly made: MadeBackup | null;
  /** Why the last one failed. */
  readonly error: string | null;
}

export class Backups {
  readonly #ports: BackupPorts;
  readonly #events: BackupEvents;
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  #status: BackupStatus = { state: 'none', began: null, ended: null, progress: null, made: null, error: null };
  #ordersKept: Promise<void> = Promise.resolve();
  readonly #list: BackupList;
  readonly #orders: OrdersBeside;
  #completed: number | null = null;

  constructor(ports: BackupPorts, events: BackupEvents = {}) {
    this.#ports = ports;
    this.#events = events;
    this.#list = new BackupList(ports.options.folder, ports.data);
    this.#orders = new OrdersBeside(ports.data, ports.options.folder, () => hubIdentity(ports.data));
  }

  async start(): Promise<void> {
    await this.ordered();
    // a folder that can't be read is told when the next backup needs it
    const [last] = await this.#list.look().catch(() => []);
    this.#completed = last === undefined ? null : Date.parse(last.completed);
  }

  /** When the last backup was complete, milliseconds since 1970; null: there is none. */
  get completed(): number | null {
    return this.#completed;
  }

  /** A backup under way is ended and leaves nothing behind. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#ordersKept;
  }

  /** The folder that they stand in, and those that are there, the newest first. Rejects with hub.storage where it can't be read. */
  async kept(): Promise<{ readonly folder: string; readonly backups: readonly ListedBackup[] }> {
    const { folder } = this.#ports.options;
    return { folder: resolve(folder), backups: await this.#list.look() };
  }

  get status(): BackupStatus {
    return this.#status;
  }

  /** Throws CodedError hub.busy while one is under way. Resolves at once; `status` says how far it is. */
  begin(): BackupStatus {
    if (this.#running !== null)
      throw new CodedError('hub.busy', 'A backup is under way; GET /admin/backup says how far.');
    const { clock } = this.#ports;
    const began = isoTime(clock.now());
    this.#status = { state: 'running', began, ended: null, progress: null, made: this.#status.made, error: null };
    const tell = (progress: BackupProgress): void => {
      this.#status = { ...this.#status, progress };
    };
    this.#running = this.ordered()
      .then(() => makeBackup(this.#ports, tell, this.#stop.signal))
      .then(
        (made) => {
          this.#status = { ...this.#status, state: 'done', ended: isoTime(clock.now()), progress: null, made };
          this.#completed = clock.now();
          this.#events.made?.(made);
        },
        (error: Error) => {
          const ended = isoTime(clock.now());
          this.#status = { ...this.#status, state: 'failed', ended, progress: null, error: error.message };
          if (!this.#stop.signal.aborted) this.#events.failed?.(error);
        },
      )
      .finally(() => {
        this.#running = null;
      });
    return this.#status;
  }

  /**
   * Orders of people (freezes, erasures) have changed: they are written beside the backups, so that one which is restored
   * knows of those that are younger than itself.
   */
  ordered(): Promise<void> {
    this.#ordersKept = this.#ordersKept
      .then(() => this.#orders.keep())
      .catch((error: Error) => this.#events.failed?.(error));
    return this.#ordersKept;
  }
}
