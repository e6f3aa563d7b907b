/** Layout ids that a row has kept though it stands elsewhere now: (ds, t) of the id ▸ where the row stands. */
import type { StatementSync } from 'node:sqlite';
import type { Meta } from './meta.ts';

export class Claims {
  readonly #meta: Meta;
  readonly #set: StatementSync;
  readonly #delete: StatementSync;

  constructor(meta: Meta) {
    this.#meta = meta;
    this.#set = meta.db.prepare('REPLACE INTO claim(ds, t, to_ds, to_t, to_n) VALUES (?, ?, ?, ?, ?)');
    this.#delete = meta.db.prepare('DELETE FROM claim WHERE ds = ? AND t = ? AND to_ds = ? AND to_t = ? AND to_n = ?');
  }

  move([ds, t]: readonly [ds: number, t: number], toDs: number, toT: number, toN: number): void {
    this.#meta.begin();
    this.#set.run(ds, t, toDs, toT, toN);
  }

  /** The row is gone. Where the claim is another row's by now, nothing happens. */
  release([ds, t]: readonly [ds: number, t: number], toDs: number, toT: number, toN: number): void {
    this.#meta.begin();
    this.#delete.run(ds, t, toDs, toT, toN);
  }
}
