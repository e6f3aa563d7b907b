/** The writer's work: many writes in one transaction per partition [docs/semantics.md]. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Aliases } from './aliases.ts';
import { Calendar, type Span, weekStart } from './calendar.ts';
import { type FileSettings, openForWriting } from './database.ts';
import { Fault, onFile } from './fault.ts';
import type { MergedBatch } from './merged-batch.ts';
import { OpenFiles } from './open-files.ts';
import type { StoreFacts, WorkerSettings } from './protocol.ts';
import { sortRows } from './sort.ts';
import { WritablePartition } from './writable-partition.ts';

const WEEK = 7 * 86_400_000;

export class Writing {
  readonly facts: StoreFacts;
  readonly #settings: WorkerSettings;
  readonly #meta: DatabaseSync;
  readonly #aliases: Aliases;
  readonly #calendar: Calendar;
  readonly #names: Set<string>;
  readonly #open: OpenFiles<WritablePartition>;
  readonly #made: (name: string) => void;

  /** `made` is told of every new partition, before the write that made it ends. */
  constructor(settings: WorkerSettings, made: (name: string) => void) {
    const { folder, options } = settings;
    this.#settings = settings;
    this.#made = made;
    onFile(folder, () => makeFolder(folder));
    const files: FileSettings = {
      pageSize: options.pageSize,
      walMiB: options.walMiB,
      cacheMiB: options.writerCacheMiB,
    };
    const metaFile = join(folder, 'meta.db');
    this.#meta = openForWriting(metaFile, 'meta', { ...files, cacheMiB: 4, walMiB: 4 });
    try {
      this.#aliases = new Aliases(this.#meta);
      this.#calendar = onFile(metaFile, () => this.#readCalendar());
      this.#names = new Set(onFile(folder, () => this.#list()));
    } catch (error) {
      this.#meta.close();
      throw error;
    }
    this.facts = {
      weeksFrom: this.#calendar.weeksFrom,
      weeksTo: this.#calendar.weeksTo,
      partitions: [...this.#names],
    };
    this.#open = new OpenFiles(
      options.writerOpenPartitions,
      (name) => new WritablePartition(join(folder, `${name}.db`), files, options.sliceRows),
    );
  }

  /** What becomes of each row is told to the batch. */
  write(batch: MergedBatch): void {
    for (const [name, rows] of this.#byPartition(batch)) {
      try {
        this.#writeTo(name, sortRows(rows, batch.columns), batch);
      } catch (error) {
        // what the partition has in memory may be ahead of its file now: it is read again at its next use
        this.#aliases.rollback();
        this.#open.drop(name);
        batch.failed(rows, error);
      }
    }
  }

  close(): void {
    this.#open.close();
    this.#meta.close();
  }

  #writeTo(name: string, order: Uint32Array, batch: MergedBatch): void {
    const isNew = !this.#names.has(name);
    const limit = this.#settings.options.maxPartitions;
    if (isNew && this.#names.size >= limit) {
      throw new Fault(
        'hub.storage',
        `${this.#settings.folder}: ${name} would be partition ${limit + 1}, timeseries.maxPartitions allows ${limit}`,
      );
    }
    const partition = this.#open.get(name);
    if (isNew) {
      this.#names.add(name);
      this.#made(name);
    }
    partition.write(batch, order, this.#aliases);
  }

  #byPartition(batch: MergedBatch): Map<string, Uint32Array> {
    const { t } = batch.columns;
    const groups = new Map<string, { rows: Uint32Array<ArrayBuffer>; length: number }>();
    let span: Span = { name: '', from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };
    let group = { rows: new Uint32Array(0), length: 0 };
    for (let row = 0; row < batch.length; row++) {
      const time = t[row]!;
      if (time < span.from || time >= span.to) {
        span = this.#calendar.spanOf(time);
        group = groups.get(span.name) ?? { rows: new Uint32Array(groups.size === 0 ? batch.length : 64), length: 0 };
        groups.set(span.name, group);
      }
      if (group.length === group.rows.length) {
        const larger = new Uint32Array(group.rows.length * 2);
        larger.set(group.rows);
        group.rows = larger;
      }
      group.rows[group.length++] = row;
    }
    return new Map([...groups].map(([name, { rows, length }]) => [name, rows.subarray(0, length)]));
  }

  #readCalendar(): Calendar {
    const { now, options } = this.#settings;
    const week = weekStart(now);
    const add = this.#meta.prepare('INSERT OR IGNORE INTO store(key, value) VALUES (?, ?)');
    this.#meta.exec('BEGIN');
    add.run('weeks_from', week - options.weeksBehind * WEEK);
    add.run('weeks_to', week + options.weeksAhead * WEEK);
    this.#meta.exec('COMMIT');
    const rows = this.#meta.prepare('SELECT key, value FROM store').all() as unknown as {
      key: string;
      value: number;
    }[];
    const facts = new Map(rows.map(({ key, value }) => [key, value]));
    return new Calendar(facts.get('weeks_from')!, facts.get('weeks_to')!);
  }

  #list(): string[] {
    const files = readdirSync(this.#settings.folder).filter(
      (file) => file.startsWith('default-') && file.endsWith('.db'),
    );
    return files.map((file) => {
      const name = file.slice(0, -3);
      if (this.#calendar.parse(name) !== null) return name;
      throw new Fault(
        'hub.storage',
        `${join(this.#settings.folder, file)}: not a partition of this store; move it away`,
      );
    });
  }
}

function makeFolder(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
}
