/** Assigned ids: which row an @iot.id from 1 to 2^42−1 stands for. */
import type { StatementSync } from 'node:sqlite';
import { Fault } from './fault.ts';
import type { Meta } from './meta.ts';

/** EDITED_IDS: from there on the API gives them. */
const OURS_END = 2 ** 41;

export class Aliases {
  readonly #meta: Meta;
  readonly #find: StatementSync;
  readonly #set: StatementSync;
  readonly #delete: StatementSync;
  readonly #count: StatementSync;
  /** Only goes up: an id that a rollback gave back is not given again, which harms nobody. */
  #next: number;

  constructor(meta: Meta) {
    this.#meta = meta;
    const { db } = meta;
    this.#find = db.prepare('SELECT id FROM alias WHERE ds = ? AND t = ? AND n = ?');
    this.#set = db.prepare('REPLACE INTO alias(id, ds, t, n) VALUES (?, ?, ?, ?)');
    this.#delete = db.prepare('DELETE FROM alias WHERE id = ? AND ds = ? AND t = ? AND n = ?');
    this.#count = db.prepare("REPLACE INTO store(key, value) VALUES ('next_alias', ?)");
    this.#next = (db.prepare("SELECT value FROM store WHERE key = 'next_alias'").get() as { value: number }).value;
  }

  /**
   * The id of a row, a new one where it has none. A crash between this table's commit and the partition's leaves an id
   * without a row; the same row gets it when it is written again.
   */
  idOf(ds: number, t: number, n: number): number {
    this.#meta.begin();
    const known = this.#find.get(ds, t, n) as { id: number } | undefined;
    if (known !== undefined) return known.id;
    const id = this.#next++;
    if (id >= OURS_END) throw new Fault('hub.storage', 'All assigned ids of Observations are used up.');
    this.#count.run(this.#next);
    this.#set.run(id, ds, t, n);
    return id;
  }

  /** From now on the id stands for this row. */
  move(id: number, ds: number, t: number, n: number): void {
    this.#meta.begin();
    this.#set.run(id, ds, t, n);
  }

  /** The row is gone. Where the id stands for another row by now, nothing happens. */
  release(id: number, ds: number, t: number, n: number): void {
    this.#meta.begin();
    this.#delete.run(id, ds, t, n);
  }
}
