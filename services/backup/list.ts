/** Which backups there are, for people. A manifest is read once: it names every file, and a backup never changes. */
import { join, resolve } from 'node:path';
import { CodedError } from '../model/index.ts';
import { completeIn, isOf } from './folders.ts';
import { hubIdentity } from './format.ts';
import { readManifest } from './manifest.ts';

/** Plain JSON. */
export interface ListedBackup {
  /** That of its folder. */
  readonly name: string;
  readonly began: string;
  readonly completed: string;
  /** Version of the hub that made it. */
  readonly hub: string;
  readonly bytes: number;
  readonly files: number;
  readonly journal: { readonly first: number; readonly last: number };
  /** The store, and whether its Observations are in the backup. */
  readonly store: { readonly kind: string; readonly included: boolean };
}

export class BackupList {
  readonly #folder: string;
  readonly #data: string;
  /** null: one of another hub. */
  #known = new Map<string, ListedBackup | null>();

  constructor(folder: string, data: string) {
    this.#folder = folder;
    this.#data = resolve(data);
  }

  /** The newest first; what can't be read, or is of another data folder, is passed over. */
  async look(): Promise<ListedBackup[]> {
    const names = await completeIn(this.#folder).catch((cause: Error) => {
      throw new CodedError('hub.storage', `${this.#folder} cannot be read: ${cause.message}`, { cause });
    });
    const known = new Map<string, ListedBackup | null>();
    for (const name of names) {
      const before = this.#known.get(name);
      // one that can't be read today may be read tomorrow
      const listed = before === undefined ? await this.#read(name).catch(() => undefined) : before;
      if (listed !== undefined) known.set(name, listed);
    }
    this.#known = known;
    return [...known.values()].filter((one) => one !== null).reverse();
  }

  async #read(name: string): Promise<ListedBackup | null> {
    const manifest = await readManifest(join(this.#folder, name));
    if (!isOf(manifest, this.#data, hubIdentity(this.#data))) return null;
    const { began, completed, hub, bytes, files, journal, store } = manifest;
    const { kind, included } = store;
    return { name, began, completed, hub, bytes, files: files.length, journal, store: { kind, included } };
  }
}
