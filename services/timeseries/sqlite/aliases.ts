/** Assigned ids: which row an @iot.id from 1 to 2^42−1 stands for. Lives in `meta.db`, because rows of all partitions share it. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Fault } from './fault.ts';

const LAST_ID = 2 ** 42 - 1;

export class Aliases {
  readonly #db: DatabaseSync;
  readonly #find: StatementSync;
  readonly #add: StatementSync;
  #open = false;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#find = db.prepare('SELECT id FROM alias WHERE ds = ? AND t = ? AND n = ?');
    this.#add = db.prepare('INSERT INTO alias(ds, t, n) VALUES (?, ?, ?)');
  }

  /**
   * The id of a row, a new one where it has none. A crash between this table's commit and the partition's leaves an id
   * without a row; the same row gets it when it is written again.
   */
  idOf(ds: number, t: number, n: number): number {
    if (!this.#open) {
      this.#db.exec('BEGIN');
      this.#open = true;
    }
    const known = this.#find.get(ds, t, n) as { id: number } | undefined;
    if (known !== undefined) return known.id;
    const id = Number(this.#add.run(ds, t, n).lastInsertRowid);
    if (id > LAST_ID) throw new Fault('hub.storage', 'All assigned ids of Observations are used up.');
    return id;
  }

  /** Must come before the commit of the rows that carry the ids. */
  commit(): void {
    if (this.#open) this.#db.exec('COMMIT');
    this.#open = false;
  }

  rollback(): void {
    if (this.#open && this.#db.isTransaction) this.#db.exec('ROLLBACK');
    this.#open = false;
  }
}
