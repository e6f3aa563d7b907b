/**
 * Makes a backup while the hub runs. Consistent by its order: how far everything has come (the ledger) is copied before what
 * has come there (catalogue, latest values, Observations), and the journal last: so it holds at least what the copies were
 * made from, and a restored hub reads again what they lack. Nothing of the journal goes meanwhile.
 */
import { link, mkdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { makePath } from '../disk/index.ts';
import { Ledger, segmentParts } from '../journal/index.ts';
import { CodedError } from '../model/index.ts';
import { type Content, contentOfSegment, contentsOf, unchanged } from './contents.ts';
import { copyStore } from './copy-store.ts';
import { Copying } from './copying.ts';
import { exists, syncPath } from './durable.ts';
import { backupName, backupsOf, beginFolder, type KeptBackup, removeOld, removeOwner } from './folders.ts';
import { hubIdentity } from './format.ts';
import { type BackedUpFile, IMAGE, MANIFEST, type Manifest } from './manifest.ts';
import { checkBackupFolder } from './options.ts';
import type { BackupPorts, BackupProgress, MadeBackup } from './port.ts';
import { hubVersion } from './version.ts';

/** Called before and behind each file; waited for. */
export type Tell = (progress: BackupProgress) => void | Promise<void>;

/** Throws CodedError hub.storage where it cannot be made, and leaves nothing behind then. `signal` ends it. */
export async function makeBackup(ports: BackupPorts, tell: Tell, signal: AbortSignal): Promise<MadeBackup> {
  const { data, options, clock, journal } = ports;
  checkBackupFolder(data, options.folder);
  const identity = hubIdentity(data);
  const began = clock.now();
  const release = journal.hold();
  const copying = new Copying();
  const end = (): void => copying.end();
  signal.addEventListener('abort', end);
  let partial: string | null = null;
  try {
    const last = (await backupsOf(options.folder, data)).at(-1) ?? null;
    const embedded = ports.storeKind === 'sqlite';
    const contents = await contentsOf(data, embedded, began, options.folder);
    await checkRoom(ports, contents, last);
    partial = await beginFolder(options.folder, backupName(began), data);
    const making = new Making(ports, partial, options.share ? last : null, copying, tell, signal);
    const stored = await making.ledger();
    making.expect(contents);
    for (const content of contents) await making.copy(content);
    const rows = !embedded && options.observations ? await making.observations(stored) : null;
    const { first, last: end } = journal;
    const parts = await segmentParts(join(data, 'journal'), end);
    const segments = await Promise.all(parts.map((part) => contentOfSegment(part, clock.now())));
    making.expect(segments);
    for (const segment of segments) await making.copy(segment);
    await making.finishLedger();
    const store = { kind: ports.storeKind, stored, included: embedded || rows !== null, rows };
    const folder = await complete(partial, ports, {
      version: 1,
      hub: hubVersion(),
      ...(identity === null ? {} : { identity }),
      data: resolve(data),
      began: new Date(began).toISOString(),
      completed: new Date(clock.now()).toISOString(),
      journal: { first, last: end },
      store,
      bytes: making.files.reduce((sum, file) => sum + file.bytes, 0),
      files: making.files,
    });
    partial = null;
    return {
      folder,
      files: making.files.length,
      bytes: making.files.reduce((sum, file) => sum + file.bytes, 0),
      sharedBytes: making.sharedBytes,
      milliseconds: clock.now() - began,
      journal: { first, last: end },
      store: { kind: store.kind, included: store.included },
      rows,
      removed: await removeOld(options.folder, data, options.keep),
    };
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    throw new CodedError('hub.storage', `The backup failed: ${(cause as Error).message}`, { cause });
  } finally {
    signal.removeEventListener('abort', end);
    copying.end();
    release();
    if (partial !== null) await rm(partial, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Throws CodedError hub.storage where the copies would not leave `backup.reserveMiB`. */
async function checkRoom(
  { data, options, journal }: BackupPorts,
  contents: readonly Content[],
  last: KeptBackup | null,
) {
  await makePath(options.folder);
  const { bavail, bsize } = await statfs(options.folder);
  const known = new Map(options.share ? last?.manifest.files.map((file) => [file.path, file]) : []);
  const segments = await segmentParts(join(data, 'journal'), journal.last);
  const sameDisk = (await stat(data)).dev === (await stat(options.folder)).dev;
  let needed = 0;
  for (const { path, looks } of contents) {
    const before = known.get(path)?.looks ?? null;
    if (before === null || !unchanged(before, looks)) needed += looks.size + looks.logSize;
  }
  for (const { name, bytes, closed } of segments) {
    if (!closed || !options.share || (!sameDisk && !known.has(`journal/${name}`))) needed += bytes;
  }
  const free = bavail * bsize;
  const reserve = options.reserveMiB * 2 ** 20;
  if (free >= needed + reserve) return;
  const mib = (bytes: number) => `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MiB`;
  throw new CodedError(
    'hub.storage',
    `The backup needs ${mib(needed)} in ${options.folder} and leaves backup.reserveMiB (${mib(reserve)}) free; there are ${mib(free)}. Make room, or set backup.folder to another disk.`,
  );
}

class Making {
  readonly files: BackedUpFile[] = [];
  sharedBytes = 0;
  readonly #ports: BackupPorts;
  readonly #image: string;
  readonly #before: KeptBackup | null;
  readonly #known: ReadonlyMap<string, BackedUpFile>;
  readonly #copying: Copying;
  readonly #tell: Tell;
  readonly #signal: AbortSignal;
  #bytes = 0;
  #total = 0;

  constructor(
    ports: BackupPorts,
    partial: string,
    before: KeptBackup | null,
    copying: Copying,
    tell: Tell,
    signal: AbortSignal,
  ) {
    this.#ports = ports;
    this.#image = join(partial, IMAGE);
    this.#before = before;
    this.#known = new Map(before?.manifest.files.map((file) => [file.path, file]));
    this.#copying = copying;
    this.#tell = tell;
    this.#signal = signal;
  }

  expect(contents: readonly Content[]): void {
    this.#total += contents.reduce((sum, { looks }) => sum + looks.size, 0);
  }

  /** First of all. Returns how far the store has come by what was copied. */
  async ledger(): Promise<number> {
    await this.#say('ledger.db');
    await mkdir(this.#image, { recursive: true });
    await this.#ports.ledger.copyTo(join(this.#image, 'ledger.db'));
    return await this.#inLedger((ledger) => ledger.checkpoint(this.#ports.checkpointName(this.#ports.store)));
  }

  /** Its checksum, when nothing is written to it any more. */
  async finishLedger(): Promise<void> {
    await this.#addMade('ledger.db');
  }

  async copy({ path, file, kind, finish, bytes, closed, looks }: Content): Promise<void> {
    await this.#say(path);
    const to = join(this.#image, path);
    const size = bytes ?? looks.size;
    const shared = await this.#share(path, looks, to);
    if (shared !== null) {
      this.files.push({ ...shared, looks });
      this.sharedBytes += shared.bytes;
    } else {
      const task =
        kind === 'database'
          ? ({ kind, from: file, to, finish } as const)
          : ({ kind, from: file, to, bytes, link: closed && this.#ports.options.share } as const);
      try {
        const { linked, ...copied } = await this.#copying.copy(task);
        if (linked) this.sharedBytes += copied.bytes;
        this.files.push({ path, ...copied, looks: bytes === null ? looks : null });
      } catch (error) {
        // what is too old has gone meanwhile
        if (await exists(file)) throw error;
      }
    }
    this.#bytes += size;
    await this.#say(path);
  }

  /** The Observations of a server, into an embedded store of the image. Returns how many. */
  async observations(stored: number): Promise<number> {
    const { store, embeddedStore, checkpointName } = this.#ports;
    const target = embeddedStore(join(this.#image, 'timeseries'));
    let rows = 0;
    let name: string;
    await target.start();
    try {
      await copyStore(store, target, {
        signal: this.#signal,
        told: (progress) => {
          rows = progress.rows;
          void this.#tell({ at: 'Observations', bytes: this.#bytes, totalBytes: this.#total, rows });
        },
      });
      name = checkpointName(target);
    } finally {
      await target.stop();
    }
    await this.#inLedger((ledger) => ledger.setCheckpoint(name, stored));
    const folder = join(this.#image, 'timeseries');
    for (const content of await contentsOf(dirname(folder), true, this.#ports.clock.now())) {
      if (!content.path.startsWith('timeseries/')) continue;
      await this.#addMade(content.path);
    }
    return rows;
  }

  /** A file that was made in the image itself. */
  async #addMade(path: string): Promise<void> {
    const { bytes, sha256 } = await this.#copying.copy({ kind: 'hash', from: join(this.#image, path) });
    this.files.push({ path, bytes, sha256, looks: null });
  }

  /** The file of the last backup, where nothing has changed since; null: it has to be copied. */
  async #share(path: string, looks: Content['looks'], to: string): Promise<BackedUpFile | null> {
    const known = this.#known.get(path);
    if (this.#before === null || known?.looks == null || !unchanged(known.looks, looks)) return null;
    await mkdir(dirname(to), { recursive: true });
    try {
      await link(join(this.#before.folder, IMAGE, path), to);
      return known;
    } catch {
      return null;
    }
  }

  async #inLedger<T>(work: (ledger: Ledger) => T): Promise<T> {
    const ledger = new Ledger({ folder: this.#image, maxDeadLetters: Number.MAX_SAFE_INTEGER });
    ledger.start();
    try {
      return work(ledger);
    } finally {
      ledger.stop();
    }
  }

  async #say(at: string): Promise<void> {
    if (this.#signal.aborted) throw new CodedError('hub.busy', 'The backup was ended before it was complete.');
    await this.#tell({ at, bytes: Math.min(this.#bytes, this.#total), totalBytes: this.#total, rows: 0 });
  }
}

/** Gives the folder its name, once everything in it is on the disk. */
async function complete(partial: string, { options, clock }: BackupPorts, manifest: Manifest): Promise<string> {
  const file = join(partial, MANIFEST);
  await writeFile(file, `${JSON.stringify(manifest, null, 1)}\n`);
  await removeOwner(partial);
  await syncPath(file);
  const folders = new Set(manifest.files.map(({ path }) => dirname(join(partial, IMAGE, path))));
  for (const folder of [...folders, join(partial, IMAGE), partial]) await syncPath(folder);
  const name = basename(partial).slice(1, -'.partial'.length) || backupName(clock.now());
  for (let k = 1; ; k++) {
    const target = join(options.folder, k === 1 ? name : `${name}-${k}`);
    if (await exists(target)) continue;
    await rename(partial, target);
    await syncPath(options.folder);
    return target;
  }
}
