/**
 * What one change does to Observations, so that its later requests see what the earlier ones planned. Handed to the
 * registry's plan at the end: an Observation that is changed twice is one row.
 */
import type { ChangePlan } from '../../../services/registry/index.ts';
import { idOf, type StoredRow } from './stored-row.ts';

export class PlannedRows {
  readonly #puts = new Map<bigint, StoredRow>();
  /** Ids of rows that the store has and this change takes away or moves. */
  readonly #taken = new Map<bigint, StoredRow>();
  /** Datastream ▸ times at which a row is planned, with their number. */
  readonly #times = new Map<number, Map<number, number>>();

  /** undefined: this change doesn't touch it. null: it deletes it. */
  find(id: bigint): StoredRow | null | undefined {
    return this.#puts.get(id) ?? (this.#taken.has(id) ? null : undefined);
  }

  stands(ds: number, t: number): boolean {
    return this.#times.get(ds)?.has(t) ?? false;
  }

  planned(): Iterable<StoredRow> {
    return this.#puts.values();
  }

  /** The row stands there from now on. `before`: what it was, null: it is new. */
  put(row: StoredRow, before: StoredRow | null): void {
    const id = idOf(row);
    if (before !== null) this.remove(before);
    this.#puts.set(id, { ...row, rec: null });
    const times = this.#times.get(row.ds) ?? new Map<number, number>();
    this.#times.set(row.ds, times);
    times.set(row.t, (times.get(row.t) ?? 0) + 1);
  }

  remove(row: StoredRow): void {
    const id = idOf(row);
    if (row.rec !== null) {
      this.#taken.set(id, row);
      return;
    }
    if (!this.#puts.delete(id)) return;
    const times = this.#times.get(row.ds);
    const left = (times?.get(row.t) ?? 0) - 1;
    if (left > 0) times?.set(row.t, left);
    else times?.delete(row.t);
  }

  /** Rows of Datastreams that the same change deletes go with them. */
  async flush(plan: ChangePlan, breathe: () => void | Promise<void>): Promise<void> {
    const living = new Map<number, boolean>();
    const lives = (ds: number): boolean => {
      let known = living.get(ds);
      if (known === undefined) {
        known = plan.get('Datastreams', ds) !== undefined || plan.get('MultiDatastreams', ds) !== undefined;
        living.set(ds, known);
      }
      return known;
    };
    for (const { ds, t, rec, n } of this.#taken.values()) {
      await breathe();
      if (lives(ds)) plan.edit({ op: 'remove', ds, t, rec: rec!, n });
    }
    for (const [name, { ds, t, n, id, type, r, q, x }] of this.#puts) {
      await breathe();
      if (!lives(ds)) continue;
      const row = { ds, t, n, id, type, r, q, x };
      const before = this.#taken.get(name);
      if (before === undefined || !lives(before.ds)) plan.edit({ op: 'put', row });
      else plan.edit({ op: 'put', row, from: { ds: before.ds, t: before.t, n: before.n, rec: before.rec! } });
    }
  }
}
