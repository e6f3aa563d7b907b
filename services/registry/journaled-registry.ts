/**
 * The registry: the catalogue in memory, its changes in the journal, its snapshot on disk. A change is applied at once and
 * told as done when it is durable.
 */
import { type Journal, RECORD } from '../journal/index.ts';
import type { Clock } from '../model/index.ts';
import type { CatalogueReader } from './catalogue.ts';
import { type Change, decodeChange, encodeChange, type Put } from './change.ts';
import { checkImport } from './import-document.ts';
import { MemoryCatalogue } from './memory-catalogue.ts';
import { planDevice } from './plan-device.ts';
import { planThing } from './plan-thing.ts';
import { Planner } from './planner.ts';
import type { DeviceModels, ImportReport, Registry } from './port.ts';
import { Snapshot } from './snapshot.ts';

export interface RegistryPorts {
  readonly folder: string;
  readonly journal: Journal;
  readonly models: DeviceModels;
  readonly clock: Clock;
  /** Told after a change is durable: these devices are registered now. Returns how many dead letters wait for them. */
  readonly registered?: (devices: readonly string[]) => number;
  readonly snapshotFailed?: (error: unknown) => void;
}

const PERSIST_AFTER_MS = 200;

export class JournaledRegistry implements Registry {
  private readonly ports: RegistryPorts;
  private readonly memory = new MemoryCatalogue();
  private snapshot: Snapshot | null = null;
  private unsaved: Put[] = [];
  /** Number of the last journal record whose change is in `memory`. */
  private applied = 0;
  private saved = 0;
  private saving: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(ports: RegistryPorts) {
    this.ports = ports;
  }

  get catalogue(): CatalogueReader {
    return this.memory;
  }

  /** Loads the snapshot and replays what the journal has beyond it. The journal must be started. */
  async start(): Promise<void> {
    this.snapshot = new Snapshot(this.ports.folder);
    for (const puts of this.snapshot.load()) this.memory.apply(puts);
    // a journal that lost its end (a broken disk) gives these numbers again
    this.saved = this.applied = Math.min(this.snapshot.position, this.ports.journal.last);
    for await (const records of this.ports.journal.read(this.saved + 1)) {
      for (const record of records) {
        if (record.kind === RECORD.change) this.applyChange(decodeChange(record.body), record.number);
      }
    }
    this.applied = Math.max(this.applied, this.ports.journal.last);
    await this.persist();
  }

  async stop(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    await this.persist();
    this.snapshot?.close();
  }

  async import(given: unknown, by: string): Promise<ImportReport> {
    const document = checkImport(given);
    const now = this.ports.clock.now();
    const plan = new Planner(this.memory);
    for (const one of document.organisations)
      plan.put([
        'Organisations',
        { ...one, properties: one.properties ?? this.memory.organisations.get(one.id)?.properties ?? {} },
      ]);
    document.things.forEach((one, i) => {
      planThing(plan, one, `things[${i}]`, now);
    });
    let datastreams = 0;
    document.devices.forEach((one, i) => {
      datastreams += planDevice(plan, this.ports.models, one, `devices[${i}]`, now);
    });
    await this.commit({ by, at: now, puts: plan.puts() });
    return {
      organisations: document.organisations.length,
      things: document.things.length,
      devices: document.devices.length,
      datastreams,
      requeued: this.ports.registered?.(document.devices.map((device) => device.key)) ?? 0,
    };
  }

  /** Everything up to this record is in the journal's past for the registry: a start need not look there again. */
  advance(record: number): void {
    if (this.unsaved.length === 0) this.applied = Math.max(this.applied, record);
  }

  /** Saves the snapshot if it is behind. */
  async persist(): Promise<void> {
    while (this.saving !== null) await this.saving;
    if (this.snapshot === null || (this.unsaved.length === 0 && this.saved >= this.applied)) return;
    const puts = this.unsaved;
    // what is not durable yet must be replayed after a crash
    const position = Math.min(this.applied, this.ports.journal.last);
    this.unsaved = [];
    this.saving = this.snapshot
      .save(puts, position)
      .then(() => {
        this.saved = position;
      })
      .catch((error) => {
        // the journal has it all; the next save tries again
        this.unsaved = [...puts, ...this.unsaved];
        this.ports.snapshotFailed?.(error);
      })
      .finally(() => {
        this.saving = null;
      });
    await this.saving;
  }

  private commit(change: Change): Promise<void> {
    if (change.puts.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const body = encodeChange(change);
      const number = this.ports.journal.append(RECORD.change, body, change.at, (error) =>
        error === null ? resolve() : reject(error),
      );
      // 0: refused, `reject` follows
      if (number > 0) this.applyChange(change, number);
      this.schedule();
    });
  }

  private applyChange(change: Change, record: number): void {
    this.memory.apply(change.puts);
    for (const put of change.puts) this.unsaved.push(put);
    this.applied = Math.max(this.applied, record);
  }

  private schedule(): void {
    if (this.timer !== null) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.persist();
    }, PERSIST_AFTER_MS);
  }
}
