/**
 * The registry: the catalogue in memory, its changes in the journal, its snapshot on disk. A change is applied at once and
 * told as done when it is durable.
 */
import { join } from 'node:path';
import type { DiskRoom } from '../disk/index.ts';
import { type Journal, RECORD } from '../journal/index.ts';
import { type Clock, CodedError, type Edit, type EditBatch } from '../model/index.ts';
import type { CatalogueReader } from './catalogue.ts';
import { type Change, decodeChange, encodeChange, type Put } from './change.ts';
import { ChangeListeners } from './change-listeners.ts';
import { checkImport } from './import-document.ts';
import { type Applied, MemoryCatalogue } from './memory-catalogue.ts';
import { NotYetDurable } from './not-yet-durable.ts';
import { type Options, options } from './options.ts';
import { planImport } from './plan-import.ts';
import { PlanQueue } from './plan-queue.ts';
import { Planner } from './planner.ts';
import type { ChangeFeed, ChangeNews, ChangePlan, DeviceModels, ImportReport, Registry } from './port.ts';
import { Saving } from './saving.ts';
import { type Saved, Snapshot } from './snapshot.ts';

export interface RegistryPorts {
  readonly folder: string;
  readonly journal: Journal;
  readonly models: DeviceModels;
  readonly clock: Clock;
  /** Left out: the defaults. */
  readonly options?: Options;
  /** Told after a change is durable: these devices are registered now. Returns how many dead letters wait for them. */
  readonly registered?: (devices: readonly string[]) => number;
  /** Is there room for so many edits of Observations? Asked before the append. Throws `hub.busy` where there is not. */
  readonly room?: (edits: number) => void;
  /**
   * What must not be put, asked before the append with what stands there now: throws a CodedError then. Left out: anything
   * may.
   */
  readonly check?: (put: Put, before: Put[1] | undefined) => void;
  /** The same of edits of Observations. */
  readonly checkEdit?: (edit: Edit) => void;
  /** Edits of Observations, at the append of their record: they are to be readable at once. Not for what a start replays. */
  readonly edited?: (batch: EditBatch) => void;
  /** Asked before the snapshot is written. Left out: there is always room. */
  readonly disk?: DiskRoom;
  readonly snapshotFailed?: (error: unknown) => void;
  readonly listenerFailed?: (error: unknown) => void;
}

export class JournaledRegistry implements Registry, ChangeFeed {
  private readonly ports: RegistryPorts;
  private readonly memory: MemoryCatalogue;
  private readonly queue: PlanQueue;
  private readonly listeners: ChangeListeners;
  private readonly acknowledgeSeconds: number;
  private readonly maxEntities: number;
  private readonly unsavedEntities: number;
  private saving: Saving | null = null;
  /** The last change that was appended is durable. */
  private settled: Promise<void> = Promise.resolve();

  constructor(ports: RegistryPorts) {
    this.ports = ports;
    const chosen = ports.options ?? options.parse({});
    this.memory = new MemoryCatalogue(chosen.formerMountings);
    this.queue = new PlanQueue(chosen);
    this.acknowledgeSeconds = chosen.acknowledgeSeconds;
    this.maxEntities = chosen.maxEntities;
    this.unsavedEntities = chosen.unsavedEntities;
    this.listeners = new ChangeListeners(ports.listenerFailed);
  }

  get catalogue(): CatalogueReader {
    return this.memory;
  }

  /** Loads the snapshot and replays what the journal has beyond it. The journal must be started. */
  async start(): Promise<void> {
    const { journal, folder, disk, snapshotFailed } = this.ports;
    const snapshot = new Snapshot(folder);
    try {
      this.checkReach(snapshot.position);
    } catch (error) {
      snapshot.close();
      throw error;
    }
    for (const puts of snapshot.load()) this.memory.apply({ puts }, 0);
    this.memory.highest.load(snapshot.highest());
    const mended = this.memory.former.load(snapshot.formerMountings(), journal.first, journal.last);
    // a journal that lost its end (a broken disk) gives these numbers again
    const position = Math.min(snapshot.position, journal.last);
    if (position < snapshot.position) await snapshot.save([], position, this.memory.highest.entries());
    this.saving = new Saving(
      {
        snapshot,
        durable: () => journal.last,
        highest: () => this.memory.highest.entries(),
        failed: snapshotFailed,
        room: () => (disk?.lack('files') ?? null) === null,
        most: this.unsavedEntities,
      },
      position,
    );
    for await (const records of journal.read(position + 1)) {
      for (const record of records) {
        if (record.kind === RECORD.change) this.apply(decodeChange(record.body), record.number);
      }
    }
    if (mended.length > 0)
      this.saving.add({ record: journal.last, puts: [], removes: [], formerMountings: this.formerOf(mended) });
    this.saving.advance(journal.last);
    await this.saving.save();
  }

  async stop(): Promise<void> {
    await this.saving?.stop();
  }

  onApplied(listener: (news: ChangeNews) => void): () => void {
    return this.listeners.onApplied(listener);
  }

  onDurable(listener: (news: ChangeNews) => void): () => void {
    return this.listeners.onDurable(listener);
  }

  async import(given: unknown, by: string): Promise<ImportReport> {
    const document = checkImport(given);
    const registered = () => this.ports.registered?.(document.devices.map((device) => device.key)) ?? 0;
    try {
      const report = await this.planned(by, (plan) => planImport(plan, document, this.ports.models));
      return { ...report, requeued: registered() };
    } catch (error) {
      if (error instanceof NotYetDurable) error.durable.then(registered, () => undefined);
      throw error;
    }
  }

  change<T>(by: string, plan: (plan: ChangePlan) => T | Promise<T>): Promise<T> {
    return this.planned(by, plan);
  }

  /** Everything up to this record is in the journal's past for the registry: a start need not look there again. */
  advance(record: number): void {
    this.saving?.advance(record);
  }

  /** What stands in the journal up to this record is in the snapshot too. */
  get saved(): number {
    return this.saving?.saved ?? 0;
  }

  /** Saves the snapshot if it is behind. */
  async persist(): Promise<void> {
    await this.saving?.save();
  }

  private planned<T>(by: string, work: (plan: Planner) => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let plan: Planner | undefined;
      this.queue.run(
        () => {
          plan = new Planner(this.memory, this.ports.clock.now());
          return work(plan);
        },
        (value) => {
          const { now } = plan as Planner;
          const durable = this.commit({ by, at: now, ...(plan as Planner).finish() });
          this.inTime(durable).then(() => resolve(value), reject);
        },
        (error) => {
          plan?.abandon();
          reject(error);
        },
      );
    });
  }

  /** Appends and applies at once; resolves when it is durable. Throws where there is no room. */
  private commit(change: Change): Promise<void> {
    const { journal, room, check, checkEdit } = this.ports;
    const edits = change.edits ?? [];
    // what it found as it wanted it may not be durable yet
    if (change.puts.length + (change.removes?.length ?? 0) + edits.length === 0) return this.settled;
    if (this.memory.size + change.puts.length > this.maxEntities) this.checkSize(change);
    if (check !== undefined) for (const put of change.puts) check(put, this.standing(put));
    if (checkEdit !== undefined) for (const edit of edits) checkEdit(edit);
    if (edits.length > 0) room?.(edits.length);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let news: ChangeNews | undefined;
    const number = journal.append(RECORD.change, encodeChange(change), change.at, (error) => {
      if (error !== null) return reject(error);
      if (news !== undefined) this.listeners.durable(news);
      this.saving?.schedule();
      resolve();
    });
    // 0: refused, `reject` follows
    if (number === 0) return promise;
    this.settled = promise;
    const { removed, replaced } = this.apply(change, number);
    news = { record: number, puts: change.puts, removed, replaced, edits };
    if (edits.length > 0) this.ports.edited?.({ rec: number, edits });
    this.listeners.applied(news);
    return promise;
  }

  /** @throws CodedError hub.full where the change makes more than there may be; what it takes away makes room. */
  private checkSize({ puts, removes }: Change): void {
    const made = puts.filter((one) => !this.memory.has(one)).length - (removes?.length ?? 0);
    if (made <= 0 || this.memory.size + made <= this.maxEntities) return;
    const detail = `there are ${this.memory.size} entities, registry.maxEntities allows ${this.maxEntities}`;
    throw new CodedError('hub.full', detail);
  }

  /** Rejects with NotYetDurable where the disk takes no data for too long. */
  private inTime(durable: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const seconds = this.acknowledgeSeconds;
      const timer = setTimeout(() => reject(new NotYetDurable(seconds, durable)), seconds * 1000);
      durable.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  /** The journal begins behind what the snapshot has: changes in between are in neither, and their ids would be given again. */
  private checkReach(position: number): void {
    const { journal, folder } = this.ports;
    if (position + 1 >= journal.first) return;
    const has = position === 0 ? 'holds nothing' : `ends with record ${position}`;
    throw new CodedError(
      'hub.storage',
      `${join(folder, 'registry.db')} ${has}, but the journal begins with record ${journal.first}: Things, devices and Datastreams of before would be missing, and their ids be given again. Put the newest registry.db that there is in its place, from the last backup of this hub; the hub reads the rest from the journal.`,
    );
  }

  private standing([set, entity]: Put): Put[1] | undefined {
    if (set === 'Organisations') return this.memory.organisations.get(entity.id);
    if (set === 'Devices') return this.memory.devices.get(entity.key);
    return this.memory.set(set).get(entity.id);
  }

  private apply(change: Change, record: number): Applied {
    const applied = this.memory.apply(change, record);
    const formerMountings = this.formerOf(applied.remounted);
    this.saving?.add({ record, puts: change.puts, removes: change.removes ?? [], formerMountings });
    return applied;
  }

  private formerOf(devices: readonly string[]): Saved['formerMountings'] {
    return devices.map((device) => [device, this.memory.formerMountings(device)]);
  }
}
