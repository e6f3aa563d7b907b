/** One partition file, open for writing: puts sorted rows into the current slice and keeps the statistics beside them. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { needsAssignedId } from '../identity.ts';
import type { Aliases } from './aliases.ts';
import { type FileSettings, openForWriting, sliceTable } from './database.ts';
import { onFile } from './fault.ts';
import { RowInserter } from './inserter.ts';
import type { MergedBatch } from './merged-batch.ts';
import { Reach, Statistics } from './statistics.ts';

interface SliceRow {
  readonly slice: number;
  readonly count: number;
  readonly min_t: number;
  readonly max_t: number;
}

export class WritablePartition {
  readonly file: string;
  readonly #db: DatabaseSync;
  readonly #sliceRows: number;
  /** Finished slices, the oldest first. */
  readonly #earlier: { readonly minT: number; readonly maxT: number; readonly at: StatementSync }[] = [];
  readonly #reach = new Reach();
  #slice = 0;
  #count = 0;
  #minT = Number.POSITIVE_INFINITY;
  #maxT = Number.NEGATIVE_INFINITY;
  #stats = new Statistics();
  #rows!: RowInserter;

  constructor(file: string, settings: FileSettings, sliceRows: number) {
    this.file = file;
    this.#sliceRows = sliceRows;
    this.#db = openForWriting(file, 'partition', settings);
    onFile(file, () => this.#load());
  }

  /** All or nothing, durable on return. `order`: indices of the rows for this partition, sorted by (ds, t). */
  write(batch: MergedBatch, order: Uint32Array, aliases: Aliases): void {
    onFile(this.file, () => {
      this.#db.exec('BEGIN IMMEDIATE');
      if (this.#slice === 0 || this.#count >= this.#sliceRows) this.#beginSlice();
      const touched = this.#insert(batch, order, aliases);
      this.#rows.saveStatistics(this.#stats, touched);
      this.#db
        .prepare('REPLACE INTO slices(slice, count, min_t, max_t) VALUES (?, ?, ?, ?)')
        .run(this.#slice, this.#count, finite(this.#minT), finite(this.#maxT));
      aliases.commit();
      this.#db.exec('COMMIT');
    });
  }

  close(): void {
    try {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      // readers may keep the file open, and then closing alone would leave the whole log beside it
      this.#db.exec('PRAGMA wal_checkpoint(PASSIVE)');
    } catch {
      // nothing is lost: the log stays beside the file and is read with it
    } finally {
      this.#db.close();
    }
  }

  /** Returns the slots of the Datastreams that got rows, by Datastream. */
  #insert(batch: MergedBatch, order: Uint32Array, aliases: Aliases): Map<number, number> {
    const { ds, t, r, type, rec, q } = batch.columns;
    const stats = this.#stats;
    const touched = new Map<number, number>();
    let stream = 0;
    let slot = -1;
    for (const row of order) {
      const time = t[row]!;
      if (ds[row] !== stream) {
        stream = ds[row]!;
        slot = stats.find(stream);
      }
      let n = 0;
      // only a time between first and last of the Datastream can be there already: what is in order needs no look
      const inCurrent = slot !== -1 && time >= stats.minT[slot]! && time <= stats.maxT[slot]!;
      if (inCurrent || this.#reach.covers(stream, time)) {
        const records = this.#recordsAt(stream, time, inCurrent);
        if (records.includes(rec[row]!)) {
          batch.replayed(row);
          continue;
        }
        if (records.length > 0 && batch.mode === 'first') {
          batch.conflict(row, records);
          continue;
        }
        n = records.length;
      }
      const isNumber = type[row] === 0;
      const id = needsAssignedId(stream, time, n) ? aliases.idOf(stream, time, n) : null;
      // booleans are 0 and 1; text, objects and none have no number
      this.#rows.add(
        stream,
        time,
        n,
        type[row]! <= 1 ? r[row]! : null,
        type[row]!,
        rec[row]!,
        q[row]!,
        id,
        batch.x(row),
      );
      if (slot === -1) slot = stats.slot(stream);
      touched.set(stream, slot);
      stats.count[slot]!++;
      if (time < stats.minT[slot]!) stats.minT[slot] = time;
      if (time > stats.maxT[slot]!) stats.maxT[slot] = time;
      if (isNumber && r[row]! < stats.minR[slot]!) stats.minR[slot] = r[row]!;
      if (isNumber && r[row]! > stats.maxR[slot]!) stats.maxR[slot] = r[row]!;
      if (time < this.#minT) this.#minT = time;
      if (time > this.#maxT) this.#maxT = time;
      this.#count++;
    }
    this.#rows.flush();
    return touched;
  }

  /** Journal records at one instant of one Datastream, by n. */
  #recordsAt(ds: number, t: number, inCurrent: boolean): number[] {
    const found: { n: number; rec: number }[] = [];
    for (const { minT, maxT, at } of this.#earlier) {
      if (t >= minT && t <= maxT) found.push(...(at.all(ds, t) as unknown as { n: number; rec: number }[]));
    }
    if (inCurrent) found.push(...this.#rows.at(ds, t));
    return found.sort((a, b) => a.n - b.n).map((row) => row.rec);
  }

  #load(): void {
    const slices = this.#db.prepare('SELECT * FROM slices ORDER BY slice').all() as unknown as SliceRow[];
    for (const row of slices) {
      if (this.#slice > 0) this.#finishSlice();
      this.#slice = row.slice;
      this.#count = row.count;
      this.#minT = row.min_t ?? Number.POSITIVE_INFINITY;
      this.#maxT = row.max_t ?? Number.NEGATIVE_INFINITY;
      this.#loadStatistics();
    }
    if (this.#slice > 0) this.#rows = new RowInserter(this.#db, this.#slice);
  }

  #loadStatistics(): void {
    const stats = new Statistics();
    const rows = this.#db.prepare('SELECT ds, count, min_t, max_t, min_r, max_r FROM stats WHERE slice = ?');
    rows.setReturnArrays(true);
    for (const row of rows.iterate(this.#slice) as unknown as Iterable<(number | null)[]>) {
      const slot = stats.slot(row[0]!);
      stats.count[slot] = row[1]!;
      stats.minT[slot] = row[2]!;
      stats.maxT[slot] = row[3]!;
      stats.minR[slot] = row[4] ?? Number.POSITIVE_INFINITY;
      stats.maxR[slot] = row[5] ?? Number.NEGATIVE_INFINITY;
    }
    this.#stats = stats;
  }

  #beginSlice(): void {
    if (this.#slice > 0) this.#finishSlice();
    this.#slice++;
    this.#count = 0;
    this.#minT = Number.POSITIVE_INFINITY;
    this.#maxT = Number.NEGATIVE_INFINITY;
    this.#stats = new Statistics();
    this.#db.exec(sliceTable(this.#slice));
    this.#rows = new RowInserter(this.#db, this.#slice);
  }

  #finishSlice(): void {
    for (const [ds, slot] of this.#stats.streams) this.#reach.add(ds, this.#stats.minT[slot]!, this.#stats.maxT[slot]!);
    const at = this.#db.prepare(`SELECT n, rec FROM obs_${this.#slice} WHERE ds = ? AND t = ? ORDER BY n`);
    this.#earlier.push({ minT: this.#minT, maxT: this.#maxT, at });
  }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
