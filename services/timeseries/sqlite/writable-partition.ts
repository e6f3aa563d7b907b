/** One partition file, open for writing: its transactions, and the rows of devices. Edits of the API: `edit-session.ts`. */
import type { DatabaseSync } from 'node:sqlite';
import { needsAssignedId } from '../identity.ts';
import type { MergedBatch } from '../threads/merged-batch.ts';
import { byTie, nextTie } from '../ties.ts';
import type { Aliases } from './aliases.ts';
import { type FileSettings, INCREMENTAL, openForWriting, pragma } from './database.ts';
import type { Dropped } from './dropped.ts';
import { onFile } from './fault.ts';
import type { SliceChange } from './slice-change.ts';
import { Slices } from './slices.ts';
import { Tombstones } from './tombstones.ts';

export class WritablePartition {
  readonly file: string;
  readonly slices: Slices;
  readonly removed: Tombstones;
  readonly #db: DatabaseSync;

  constructor(file: string, settings: FileSettings, sliceRows: number) {
    this.file = file;
    this.#db = openForWriting(file, 'partition', settings);
    try {
      [this.slices, this.removed] = onFile(file, () => [new Slices(this.#db, sliceRows), new Tombstones(this.#db)]);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /** Begins a transaction if none is open. */
  begin(): void {
    if (this.#db.isTransaction) return;
    this.#db.exec('BEGIN IMMEDIATE');
    this.slices.begin();
  }

  /** Puts the rows of the batch in their places. `order`: their indices, sorted by (ds, t). */
  insert(batch: MergedBatch, order: Uint32Array, aliases: Aliases, dropped: Dropped): void {
    const { slices, removed } = this;
    const { ds, t, r, type, rec, q } = batch.columns;
    let stream = 0;
    let slot = -1;
    let gone = false;
    let buried = false;
    for (const row of order) {
      const time = t[row]!;
      if (ds[row] !== stream) {
        stream = ds[row]!;
        slot = slices.stats.find(stream);
        gone = dropped.has(stream);
        buried = removed.has(stream);
      }
      if (gone) {
        batch.replayed(row);
        continue;
      }
      let n = 0;
      if (buried || slices.mayHold(slot, stream, time)) {
        const taken = [...slices.occupants(slot, stream, time), ...removed.at(stream, time)].sort(byTie);
        if (taken.some((other) => other.rec === rec[row])) {
          batch.replayed(row);
          continue;
        }
        if (taken.length > 0 && batch.mode === 'first') {
          batch.conflict(
            row,
            taken.map((other) => other.rec),
          );
          continue;
        }
        n = nextTie(taken);
      }
      const id = needsAssignedId(stream, time, n) ? aliases.give(rec[row]!, stream, time, n) : null;
      // booleans are 0 and 1; text, objects and none have no number
      const result = type[row]! <= 1 ? r[row]! : null;
      slot = slices.add(slot, stream, time, n, result, type[row]!, rec[row]!, q[row]!, id, batch.x(row));
    }
    slices.flush();
  }

  /** Statistics into the file; what changed. The commit comes after the one of `meta.db`. */
  save(): SliceChange[] {
    return this.slices.save();
  }

  /** Durable on return. */
  commit(): void {
    this.#db.exec('COMMIT');
  }

  /** While it is on, what is deleted is overwritten with zeros. */
  overwriting(on: boolean): void {
    this.#db.exec(`PRAGMA secure_delete = ${on ? 'ON' : 'OFF'}`);
  }

  /**
   * Gives about so many free pages back to the file system. False: there is nothing more to give back. Files of hubs that did
   * not know how keep their pages for later rows, until the whole file goes.
   */
  giveBack(pages: number): boolean {
    return onFile(this.file, () => {
      if (pragma(this.#db, 'auto_vacuum') === INCREMENTAL) this.#db.exec(`PRAGMA incremental_vacuum(${pages})`);
      if (pragma(this.#db, 'auto_vacuum') === INCREMENTAL && pragma(this.#db, 'freelist_count') > 0) return true;
      // what was deleted must not stay in the log; readers under way are not waited for
      this.#db.exec('PRAGMA busy_timeout = 20; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 10000');
      return false;
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
}
