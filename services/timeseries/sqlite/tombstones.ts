/** Rows of a partition that were removed. Only a Datastream that has some pays for them when it is written. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Occupant } from '../ties.ts';

export class Tombstones {
  /** Datastreams that have some. */
  readonly #streams: Set<number>;
  readonly #at: StatementSync;
  readonly #add: StatementSync;
  readonly #drop: StatementSync;
  readonly #expire: StatementSync;
  readonly #any: StatementSync;

  constructor(db: DatabaseSync) {
    const streams = db.prepare('SELECT DISTINCT ds FROM removed').all() as unknown as { ds: number }[];
    this.#streams = new Set(streams.map(({ ds }) => ds));
    this.#at = db.prepare('SELECT n, rec FROM removed WHERE ds = ? AND t = ?');
    this.#add = db.prepare('INSERT OR IGNORE INTO removed(ds, t, n, rec) VALUES (?, ?, ?, ?)');
    this.#drop = db.prepare('DELETE FROM removed WHERE ds = ?');
    this.#expire = db.prepare('DELETE FROM removed WHERE ds = ? AND t >= ? AND t < ?');
    this.#any = db.prepare('SELECT 1 FROM removed WHERE ds = ? LIMIT 1');
  }

  has(ds: number): boolean {
    return this.#streams.size > 0 && this.#streams.has(ds);
  }

  at(ds: number, t: number): Occupant[] {
    return this.has(ds) ? (this.#at.all(ds, t) as unknown as Occupant[]) : [];
  }

  add(ds: number, t: number, { n, rec }: Occupant): void {
    this.#add.run(ds, t, n, rec);
    this.#streams.add(ds);
  }

  /** Forgets those of a Datastream. */
  drop(ds: number): void {
    if (!this.has(ds)) return;
    this.#drop.run(ds);
    this.#streams.delete(ds);
  }

  /** Forgets those of a span. */
  expire(ds: number, from: number, before: number): void {
    if (!this.has(ds)) return;
    this.#expire.run(ds, from, before);
    if (this.#any.get(ds) === undefined) this.#streams.delete(ds);
  }
}
