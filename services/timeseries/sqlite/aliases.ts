/** Assigned ids: which row an @iot.id from 1 to 2^42−1 stands for. */
import type { StatementSync } from 'node:sqlite';
import { derivedId, idAfter } from '../derived-ids.ts';
import type { Meta } from './meta.ts';

interface Place {
  readonly ds: number;
  readonly t: number;
  readonly n: number;
}

export class Aliases {
  readonly #meta: Meta;
  readonly #holder: StatementSync;
  readonly #set: StatementSync;
  readonly #delete: StatementSync;

  constructor(meta: Meta) {
    this.#meta = meta;
    const { db } = meta;
    this.#holder = db.prepare('SELECT ds, t, n FROM alias WHERE id = ?');
    this.#set = db.prepare('REPLACE INTO alias(id, ds, t, n) VALUES (?, ?, ?, ?)');
    this.#delete = db.prepare('DELETE FROM alias WHERE id = ? AND ds = ? AND t = ? AND n = ?');
  }

  /**
   * A new id for the row that record `rec` brought to (ds, t), which stands there as n from now on. A crash between this
   * table's commit and the partition's leaves an id without a row; the same row gets it when it is written again.
   */
  give(rec: number, ds: number, t: number, n: number): number {
    this.#meta.begin();
    let id = derivedId(rec, ds, t);
    for (;;) {
      const holder = this.#holder.get(id) as unknown as Place | undefined;
      if (holder === undefined || (holder.ds === ds && holder.t === t && holder.n === n)) break;
      id = idAfter(id);
    }
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
