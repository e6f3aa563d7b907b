/** Brings the snapshot behind the journal, in the background. What is not durable is never saved: a crash undoes it. */
import type { Saved, Snapshot } from './snapshot.ts';

const SAVE_AFTER_MS = 200;

export interface SavingPorts {
  readonly snapshot: Snapshot;
  /** Number of the last durable record. */
  readonly durable: () => number;
  readonly highest: () => [string, number][];
  readonly failed: ((error: unknown) => void) | undefined;
  /** Is there room on the disk? Where not, the journal keeps what is to be saved. */
  readonly room: () => boolean;
  /** Entities that may wait to be saved. */
  readonly most: number;
}

interface Unsaved extends Saved {
  readonly record: number;
}

export class Saving {
  readonly #ports: SavingPorts;
  #unsaved: Unsaved[] = [];
  /** Everything up to this record is in the catalogue. */
  #applied: number;
  #saved: number;
  #saving: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** More waited than may: the snapshot stays as it is, and the next start reads the journal from there. */
  #givenUp = false;

  constructor(ports: SavingPorts, position: number) {
    this.#ports = ports;
    this.#applied = this.#saved = position;
  }

  /** Everything up to this record is in the snapshot. */
  get saved(): number {
    return this.#saved;
  }

  add(change: Unsaved): void {
    const { puts, removes, formerMountings } = change;
    if (this.#givenUp) return;
    if (puts.length + removes.length + formerMountings.length > 0) this.#unsaved.push(change);
    this.#applied = Math.max(this.#applied, change.record);
  }

  /** Everything up to this record is in the journal's past for the registry: a start need not look there again. */
  advance(record: number): void {
    if (this.#unsaved.length === 0 && !this.#givenUp) this.#applied = Math.max(this.#applied, record);
  }

  schedule(): void {
    if (this.#givenUp || this.#isTooMuch()) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.save();
    }, SAVE_AFTER_MS);
  }

  #isTooMuch(): boolean {
    // a change has one entity at least, and counting them all is for the rare case
    if (this.#unsaved.length < Math.min(1000, this.#ports.most)) return false;
    const entities = this.#unsaved.reduce((sum, { puts, removes }) => sum + puts.length + removes.length, 0);
    if (entities <= this.#ports.most) return false;
    this.#givenUp = true;
    this.#unsaved = [];
    this.#ports.failed?.(
      new Error(`more than ${this.#ports.most} entities wait (registry.unsavedEntities); restart the hub`),
    );
    return true;
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.save();
    this.#ports.snapshot.close();
  }

  /** Saves what is durable, if the snapshot is behind it. */
  async save(): Promise<void> {
    while (this.#saving !== null) await this.#saving;
    if (this.#givenUp || !this.#ports.room()) return;
    const position = Math.min(this.#applied, this.#ports.durable());
    const changes = this.#unsaved.filter(({ record }) => record <= position);
    if (position <= this.#saved && changes.length === 0) return;
    this.#unsaved = this.#unsaved.slice(changes.length);
    this.#saving = this.#ports.snapshot
      .save(changes, position, this.#ports.highest())
      .then(() => {
        this.#saved = position;
      })
      .catch((error) => {
        // the journal has it all; the next save tries again
        this.#unsaved = [...changes, ...this.#unsaved];
        this.#ports.failed?.(error);
      })
      .finally(() => {
        this.#saving = null;
      });
    await this.#saving;
  }
}
