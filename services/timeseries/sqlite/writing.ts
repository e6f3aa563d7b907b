/** The writer's work: many writes in one transaction per partition [docs/semantics.md]. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EditBatch, EditedRow } from '../../model/index.ts';
import type { PlainRows } from '../columns.ts';
import type { PlainPlaces } from '../places.ts';
import type { Expiry, RejectedEdit } from '../port.ts';
import { RefusedPuts } from '../refused-puts.ts';
import { Fault } from '../threads/fault.ts';
import type { MergedBatch } from '../threads/merged-batch.ts';
import type { Packed, ReviseRequest } from '../threads/requests.ts';
import { Aliases } from './aliases.ts';
import { Calendar, type Span, weekStart } from './calendar.ts';
import { Claims } from './claims.ts';
import { type FileSettings, FORMAT, openForReading, openForWriting } from './database.ts';
import { Dropped } from './dropped.ts';
import { EditSession } from './edit-session.ts';
import { expire } from './expiring.ts';
import { onFile } from './fault.ts';
import { KnownPartitions } from './known-partitions.ts';
import { Meta } from './meta.ts';
import { OpenFiles } from './open-files.ts';
import { placeRows } from './placing.ts';
import type { StoreFacts, WorkerSettings } from './protocol.ts';
import { revise } from './revising.ts';
import type { SliceChange } from './slice-change.ts';
import { sortRows } from './sort.ts';
import { WritablePartition } from './writable-partition.ts';

const WEEK = 7 * 86_400_000;
/** Edits, and rows of a dropped Datastream, after which others get their turn. */
const EDITS_PER_STEP = 1000;
const DROPPED_PER_STEP = 20_000;

/** What the reader has to know before the writes that caused it are answered. */
export interface WritingNews {
  readonly made: (name: string) => void;
  readonly gone: (name: string) => void;
  readonly changed: (name: string, changes: readonly SliceChange[]) => void;
}

export class Writing {
  readonly facts: StoreFacts;
  readonly #settings: WorkerSettings;
  readonly #meta: Meta;
  readonly #aliases: Aliases;
  readonly #claims: Claims;
  readonly #dropped: Dropped;
  readonly #calendar: Calendar;
  readonly #names: Set<string>;
  readonly #known: KnownPartitions;
  readonly #open: OpenFiles<WritablePartition>;
  readonly #news: WritingNews;

  constructor(settings: WorkerSettings, news: WritingNews) {
    const { folder, options } = settings;
    this.#settings = settings;
    this.#news = news;
    onFile(folder, () => makeFolder(folder));
    const files: FileSettings = {
      pageSize: options.pageSize,
      walMiB: options.walMiB,
      cacheMiB: options.writerCacheMiB,
    };
    const metaFile = join(folder, 'meta.db');
    this.#meta = new Meta(metaFile, { ...files, cacheMiB: 4, walMiB: 4 });
    this.#known = new KnownPartitions(this.#meta);
    let lost: readonly string[];
    try {
      this.#aliases = new Aliases(this.#meta);
      this.#claims = new Claims(this.#meta);
      this.#dropped = onFile(metaFile, () => new Dropped(this.#meta));
      this.#calendar = onFile(metaFile, () => this.#readCalendar());
      this.#names = new Set(onFile(folder, () => this.#list()));
      onFile(metaFile, () => this.#upgrade(files));
      lost = onFile(metaFile, () => this.#known.missed([...this.#names]));
    } catch (error) {
      this.#meta.close();
      throw error;
    }
    this.facts = {
      identity: this.#meta.identity,
      weeksFrom: this.#calendar.weeksFrom,
      weeksTo: this.#calendar.weeksTo,
      partitions: [...this.#names],
      lost,
    };
    this.#open = new OpenFiles(
      options.writerOpenPartitions,
      (name) => new WritablePartition(join(folder, `${name}.db`), files, options.sliceRows),
    );
  }

  /** What becomes of each row is told to the batch. */
  write(batch: MergedBatch): void {
    for (const [name, rows] of this.#byPartition(batch.columns.t, batch.length)) {
      try {
        const order = sortRows(rows, batch.columns);
        const partition = this.#partition(name);
        const changes = onFile(partition.file, () => {
          partition.begin();
          partition.insert(batch, order, this.#aliases, this.#dropped);
          const saved = partition.save();
          this.#meta.commit();
          partition.commit();
          return saved;
        });
        this.#news.changed(name, changes);
      } catch (error) {
        // what the partition has in memory may be ahead of its file now: it is read again at its next use
        this.#meta.rollback();
        this.#open.drop(name);
        batch.failed(rows, error);
      }
    }
  }

  /**
   * Edits in order; yields between durable steps. Returns those that are refused: whether their weeks have room is known before
   * anything of their records is done. When it throws, the edits behind the last step are not done.
   */
  *edit(batches: readonly EditBatch[]): Generator<void, RejectedEdit[]> {
    const session = this.#session();
    const drops = new Set<number>();
    const puts = new RefusedPuts();
    const refused: RejectedEdit[] = [];
    let done = 0;
    try {
      for (const batch of batches) {
        const { left, rejected } = puts.leave(batch, (row) => this.#refusal(session, row));
        refused.push(...rejected);
        for (const { rec, index, edit } of left) {
          if (edit.op === 'remove') {
            const detail = this.#noRoom(edit.ds, edit.t);
            if (detail === null) session.apply(edit, rec);
            else refused.push({ rec, index, detail });
          } else if (edit.op === 'put') session.apply(edit, rec);
          else if (!this.#dropped.has(edit.ds)) {
            session.commit();
            this.#dropped.begin([edit.ds]);
            drops.add(edit.ds);
          } else if (!this.#dropped.isDone(edit.ds)) drops.add(edit.ds);
          if (++done % EDITS_PER_STEP !== 0) continue;
          session.commit();
          yield;
        }
      }
      session.commit();
    } catch (error) {
      session.rollback();
      throw error;
    }
    if (drops.size > 0) yield* this.#drop([...drops]);
    return refused;
  }

  /** Rows as their records are read now; yields between durable steps. Returns how many were changed and removed. */
  revise(request: ReviseRequest): Generator<void, { changed: number; removed: number }> {
    return revise(this.#session(), request, { aliases: this.#aliases, claims: this.#claims }, EDITS_PER_STEP);
  }

  /** Rows as they stand in another store; a step for each partition. */
  *place(rows: PlainRows): Generator<void> {
    const ports = { aliases: this.#aliases, claims: this.#claims, dropped: this.#dropped };
    for (const [name, part] of this.#byPartition(rows.t, rows.length)) {
      this.#inTransaction(name, (partition) => placeRows(partition, rows, sortRows(part, rows), ports));
      yield;
    }
  }

  /** Tombstones as they stand in another store. */
  *bury({ length, ds, t, n, rec }: PlainPlaces): Generator<void> {
    for (const [name, part] of this.#byPartition(t, length)) {
      this.#inTransaction(name, ({ removed }) => {
        for (const i of part) if (!this.#dropped.has(ds[i]!)) removed.add(ds[i]!, t[i]!, { n: n[i]!, rec: rec[i]! });
      });
      yield;
    }
  }

  /** Old rows that go; yields between durable steps. Returns how many went. */
  expire(expiry: Packed<Expiry>): Generator<void, number> {
    return expire(
      {
        meta: this.#meta,
        spans: () => Array.from(this.#names, (name) => this.#calendar.parse(name)!).sort((a, b) => a.from - b.from),
        fileOf: (name) => join(this.#settings.folder, `${name}.db`),
        open: (name) => this.#partition(name),
        discard: (name) => this.#open.drop(name),
        remove: (name) => this.#removeFile(name),
        changed: this.#news.changed,
      },
      expiry,
    );
  }

  close(): void {
    this.#open.close();
    this.#meta.close();
  }

  #removeFile(name: string): void {
    const file = join(this.#settings.folder, `${name}.db`);
    this.#open.drop(name);
    this.#known.remove(name);
    this.#names.delete(name);
    this.#news.gone(name);
    // the file first: what a crash leaves of the others belongs to no file and is never read
    onFile(file, () => {
      for (const part of ['', '-wal', '-shm']) rmSync(`${file}${part}`, { force: true });
    });
  }

  #session(): EditSession {
    return new EditSession({
      meta: this.#meta,
      aliases: this.#aliases,
      claims: this.#claims,
      dropped: this.#dropped,
      nameOf: (t) => this.#calendar.spanOf(t).name,
      open: (name) => this.#partition(name),
      discard: (name) => this.#open.drop(name),
      changed: this.#news.changed,
      most: this.#settings.options.writerOpenPartitions,
    });
  }

  /** Deletes all rows of these Datastreams. Nothing is written for them any more. */
  *#drop(datastreams: readonly number[]): Generator<void> {
    for (const name of [...this.#names]) {
      yield;
      if (!this.#names.has(name)) continue;
      const held = this.#heldIn(name, datastreams);
      for (let next = 0; next < held.length; ) {
        yield;
        if (!this.#names.has(name)) break;
        next = this.#dropFrom(name, held, next);
      }
    }
    this.#dropped.done(datastreams);
  }

  /** Those of which the partition has rows, or traces of rows. Most have none, and opening them for writing would cost more. */
  #heldIn(name: string, datastreams: readonly number[]): number[] {
    const file = join(this.#settings.folder, `${name}.db`);
    const db = openForReading(file, 1);
    return onFile(file, () => {
      try {
        const rows = db.prepare('SELECT 1 FROM slices s CROSS JOIN stats x ON x.slice = s.slice AND x.ds = ? LIMIT 1');
        const removed = db.prepare('SELECT 1 FROM removed WHERE ds = ? LIMIT 1');
        return datastreams.filter((ds) => rows.get(ds) !== undefined || removed.get(ds) !== undefined);
      } finally {
        db.close();
      }
    });
  }

  /** One transaction on one partition; `meta.db` is committed first. */
  #inTransaction(name: string, work: (partition: WritablePartition) => void): void {
    try {
      const partition = this.#partition(name);
      const changes = onFile(partition.file, () => {
        partition.begin();
        work(partition);
        const saved = partition.save();
        this.#meta.commit();
        partition.commit();
        return saved;
      });
      this.#news.changed(name, changes);
    } catch (error) {
      this.#meta.rollback();
      this.#open.drop(name);
      throw error;
    }
  }

  /** One step; returns the index of the Datastream to go on with. */
  #dropFrom(name: string, datastreams: readonly number[], start: number): number {
    const partition = this.#partition(name);
    try {
      return onFile(partition.file, () => {
        let next = start;
        let left = DROPPED_PER_STEP;
        partition.begin();
        while (next < datastreams.length && left > 0) {
          const ds = datastreams[next]!;
          const gone = partition.slices.drop(ds, left);
          if (gone === 0) {
            partition.removed.drop(ds);
            next++;
          }
          // a look costs something too
          left -= gone + 20;
        }
        const changes = partition.save();
        partition.commit();
        this.#news.changed(name, changes);
        return next;
      });
    } catch (error) {
      this.#open.drop(name);
      throw error;
    }
  }

  /** Why a row of the API has no place; null: it has one from now on, which nobody takes away while its record is done. */
  #refusal(session: EditSession, { ds, t }: EditedRow): string | null {
    const detail = this.#noRoom(ds, t);
    const isNew = !this.#dropped.has(ds) && !this.#names.has(this.#calendar.spanOf(t).name);
    if (detail === null && isNew) session.within(t, () => undefined);
    return detail;
  }

  #noRoom(ds: number, t: number): string | null {
    return this.#dropped.has(ds) ? null : this.#tooMany(this.#calendar.spanOf(t).name);
  }

  /** Why this partition can't be made; null: it can, or is there. */
  #tooMany(name: string): string | null {
    const limit = this.#settings.options.maxPartitions;
    if (this.#names.has(name) || this.#names.size < limit) return null;
    return `${name} would be partition ${limit + 1}, timeseries.maxPartitions allows ${limit}: mostly a wrong date; else allow more.`;
  }

  /** Opened; made when it does not exist. */
  #partition(name: string): WritablePartition {
    const isNew = !this.#names.has(name);
    const tooMany = this.#tooMany(name);
    if (tooMany !== null) throw new Fault('store.rejected', tooMany);
    const partition = this.#open.get(name);
    if (isNew) {
      this.#names.add(name);
      this.#known.add(name);
      this.#news.made(name);
    }
    return partition;
  }

  #byPartition(t: Float64Array, length: number): Map<string, Uint32Array> {
    const groups = new Map<string, { rows: Uint32Array<ArrayBuffer>; length: number }>();
    let span: Span = { name: '', from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };
    let group = { rows: new Uint32Array(0), length: 0 };
    for (let row = 0; row < length; row++) {
      const time = t[row]!;
      if (time < span.from || time >= span.to) {
        span = this.#calendar.spanOf(time);
        group = groups.get(span.name) ?? { rows: new Uint32Array(groups.size === 0 ? length : 64), length: 0 };
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
    const add = this.#meta.db.prepare('INSERT OR IGNORE INTO store(key, value) VALUES (?, ?)');
    this.#meta.db.exec('BEGIN');
    add.run('weeks_from', week - options.weeksBehind * WEEK);
    add.run('weeks_to', week + options.weeksAhead * WEEK);
    this.#meta.db.exec('COMMIT');
    const rows = this.#meta.db.prepare('SELECT key, value FROM store').all() as unknown as {
      key: string;
      value: number;
    }[];
    const facts = new Map(rows.map(({ key, value }) => [key, value]));
    return new Calendar(facts.get('weeks_from')!, facts.get('weeks_to')!);
  }

  /** Once after an update of the hub: partitions get what their format lacks, so that the reader finds it in all of them. */
  #upgrade(files: FileSettings): void {
    const known = this.#meta.db.prepare("SELECT value FROM store WHERE key = 'partitions'").get();
    if ((known as { value: number } | undefined)?.value === FORMAT) return;
    for (const name of this.#names) {
      try {
        openForWriting(join(this.#settings.folder, `${name}.db`), 'partition', files).close();
      } catch (error) {
        // one that is damaged keeps nobody from the others; whoever needs it is told, and the next start tries again
        if (error instanceof Fault) return;
        throw error;
      }
    }
    this.#meta.db.prepare("REPLACE INTO store(key, value) VALUES ('partitions', ?)").run(FORMAT);
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
