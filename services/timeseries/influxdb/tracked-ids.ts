/** Ids and claims while rows change: which ones were touched, and which ones have to be asked of InfluxDB first. */
import { derivedId, idAfter } from '../derived-ids.ts';
import { claimOf } from '../extra.ts';
import { Ids } from '../memory/ids.ts';
import type { Row } from '../memory/row.ts';
import type { Holder } from './lines.ts';

export class TrackedIds extends Ids {
  readonly touched = new Set<number>();
  readonly claims = new Map<string, readonly [ds: number, t: number]>();
  /** Ids that were taken for free and that nobody has looked for yet. */
  readonly unknown = new Set<number>();
  readonly #holders: ReadonlyMap<number, Holder | null>;
  readonly #given = new Set<number>();
  #tracking = false;

  /** `holders`: of the ids that were looked for; null: nobody. */
  constructor(holders: ReadonlyMap<number, Holder | null>) {
    super();
    this.#holders = holders;
  }

  /** What is held from now on is a change. */
  track(): void {
    this.#tracking = true;
  }

  override give(rec: number, ds: number, t: number): number {
    let id = derivedId(rec, ds, t);
    while (this.#taken(id, rec, ds, t)) id = idAfter(id);
    this.#given.add(id);
    return id;
  }

  override hold(row: Row): void {
    super.hold(row);
    this.#note(row);
  }

  override release(row: Row): void {
    super.release(row);
    this.#note(row);
  }

  /** An id of this very row that a crash has left behind is its own. */
  #taken(id: number, rec: number, ds: number, t: number): boolean {
    if (this.assigned(id) !== null || this.#given.has(id)) return true;
    const holder = this.#holders.get(id);
    if (holder === undefined) this.unknown.add(id);
    if (holder === undefined || holder === null || this.touched.has(id)) return false;
    return !(holder.rec === rec && holder.ds === ds && holder.t === t);
  }

  #note(row: Row): void {
    if (!this.#tracking) return;
    if (row.id !== 0) this.touched.add(row.id);
    const claim = claimOf(row.x);
    if (claim !== null) this.claims.set(claim.join('@'), claim);
  }
}
