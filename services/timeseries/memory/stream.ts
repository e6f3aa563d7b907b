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

  bury(t: number, { n, rec }: Occupant): void {
    this.#removed.set(t, [...this.removedAt(t), { n, rec }]);
  }
}
