/** The rows of one Datastream by (t, n), and what was removed from it. */
import { byTie, type Occupant } from '../ties.ts';
import { firstFrom, type Row } from './row.ts';

export class Stream {
  readonly rows: Row[] = [];
  readonly #removed = new Map<number, Occupant[]>();

  at(t: number): Row[] {
    return this.rows.slice(firstFrom(this.rows, t), firstFrom(this.rows, t + 1));
  }

  removedAt(t: number): readonly Occupant[] {
    return this.#removed.get(t) ?? [];
  }

  /** Rows and removed rows of an instant, by n. */
  occupants(t: number): Occupant[] {
    return [...this.at(t), ...this.removedAt(t)].sort(byTie);
  }

  add(row: Row): void {
    let at = firstFrom(this.rows, row.t);
    while (this.rows[at]?.t === row.t && this.rows[at]!.n < row.n) at++;
    this.rows.splice(at, 0, row);
  }

  delete(row: Row): void {
    this.rows.splice(this.rows.indexOf(row), 1);
  }

  /** All that was removed, by (t, n, rec). */
  removed(): (Occupant & { readonly t: number })[] {
    const times = [...this.#removed.keys()].sort((a, b) => a - b);
    return times.flatMap((t) =>
      this.removedAt(t)
        .toSorted(byTie)
        .map((one) => ({ t, ...one })),
    );
  }

  /** Forgets rows and removed rows from `from` (inclusive) to `before` (exclusive); returns the rows. */
  expire(from: number, before: number): Row[] {
    for (const t of [...this.#removed.keys()]) if (t >= from && t < before) this.#removed.delete(t);
    const first = firstFrom(this.rows, from);
    return this.rows.splice(first, Math.max(0, firstFrom(this.rows, before) - first));
  }

  bury(t: number, { n, rec }: Occupant): void {
    this.#removed.set(t, [...this.removedAt(t), { n, rec }]);
  }
}
