/** What stands at some instants in InfluxDB: points, and what is known to be removed. */
import type { Row } from '../memory/row.ts';
import { FIRST_EDITED_TIE } from '../ties.ts';
import type { Removed } from './lines.ts';

export class Instant {
  /** Points by slot, also those of removed rows that are not deleted yet. */
  readonly points = new Map<number, Row>();
  readonly removed: Removed[] = [];
  /** InfluxDB has said yes to all of it since the store was last looked at as a whole. */
  isSure = false;

  /** Points that are rows: not removed, and not the beginning of a change that a crash has cut short. */
  live(): Map<number, Row> {
    const live = new Map<number, Row>();
    for (const [slot, row] of this.points) if (!this.#isDead(row) && !this.#isCopy(row)) live.set(slot, row);
    return live;
  }

  tombstones(): Removed[] {
    return this.removed.filter(({ again }) => !again);
  }

  #isDead({ n, rec }: Row): boolean {
    return this.removed.some((one) => one.n === n && one.rec === rec && !(one.again && one.gone));
  }

  /** A record brings one row with a number that the store may change: of two, the further one is a displacement that has begun. */
  #isCopy(row: Row): boolean {
    if (row.n >= FIRST_EDITED_TIE) return false;
    for (const other of this.points.values())
      if (other.rec === row.rec && other.n < row.n && !this.#isDead(other)) return true;
    return false;
  }
}

export class Instants {
  readonly #streams = new Map<number, Map<number, Instant>>();

  /** Made where it is not there. */
  at(ds: number, t: number): Instant {
    const times = this.#streams.get(ds) ?? new Map<number, Instant>();
    this.#streams.set(ds, times);
    const instant = times.get(t) ?? new Instant();
    times.set(t, instant);
    return instant;
  }

  has(ds: number, t: number): boolean {
    return this.#streams.get(ds)?.has(t) === true;
  }

  *all(): Generator<[ds: number, t: number, instant: Instant]> {
    for (const [ds, times] of this.#streams) for (const [t, instant] of times) yield [ds, t, instant];
  }

  streams(): IterableIterator<[ds: number, times: ReadonlyMap<number, Instant>]> {
    return this.#streams.entries();
  }
}
