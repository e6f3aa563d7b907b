/** Assigned @iot.ids, and layout ids that were kept by a row which stands elsewhere now. */
import { derivedId, idAfter } from '../derived-ids.ts';
import { claimOf } from '../extra.ts';
import type { Row } from './row.ts';

export class Ids {
  readonly #assigned = new Map<number, Row>();
  readonly #claims = new Map<string, Row>();

  /** A new id for the row that record `rec` brought to (ds, t). */
  give(rec: number, ds: number, t: number): number {
    let id = derivedId(rec, ds, t);
    while (this.#assigned.has(id)) id = idAfter(id);
    return id;
  }

  assigned(id: number): Row | null {
    return this.#assigned.get(id) ?? null;
  }

  claim(ds: number, t: number): Row | null {
    return this.#claims.get(`${ds}@${t}`) ?? null;
  }

  /** The row stands there from now on. */
  hold(row: Row): void {
    if (row.id !== 0) this.#assigned.set(row.id, row);
    const k = claimOf(row.x);
    if (k !== null) this.#claims.set(k.join('@'), row);
  }

  release(row: Row): void {
    if (this.#assigned.get(row.id) === row) this.#assigned.delete(row.id);
    const k = claimOf(row.x)?.join('@');
    if (k !== undefined && this.#claims.get(k) === row) this.#claims.delete(k);
  }
}
