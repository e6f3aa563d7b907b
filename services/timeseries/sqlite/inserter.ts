/** Inserts into one slice, a hundred rows per statement: that halves the time per row against one statement each. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Statistics } from './statistics.ts';

const ROWS_PER_STATEMENT = 100;
const OBS_COLUMNS = 9;
const STATS_COLUMNS = 8;
type Value = number | string | null;

export class RowInserter {
  readonly #slice: number;
  readonly #obs: ManyRows;
  readonly #stats: ManyRows;
  readonly #at: StatementSync;
  readonly #noStats: StatementSync;
  #lastDs = 0;
  #lastT = 0;

  constructor(db: DatabaseSync, slice: number) {
    this.#slice = slice;
    this.#obs = new ManyRows(db, `INSERT INTO obs_${slice}(ds, t, n, r, type, rec, q, id, x) VALUES `, OBS_COLUMNS);
    this.#stats = new ManyRows(
      db,
      'REPLACE INTO stats(slice, ds, count, min_t, max_t, min_r, max_r, max_e) VALUES ',
      STATS_COLUMNS,
    );
    this.#at = db.prepare(`SELECT n, rec FROM obs_${slice} WHERE ds = ? AND t = ? ORDER BY n`);
    this.#noStats = db.prepare('DELETE FROM stats WHERE slice = ? AND ds = ?');
  }

  add(
    ds: number,
    t: number,
    n: number,
    r: number | null,
    type: number,
    rec: number,
    q: number,
    id: number | null,
    x: string | null,
  ): void {
    const values = this.#obs.values;
    values.push(ds, t, n, r, type, rec, q, id, x);
    this.#lastDs = ds;
    this.#lastT = t;
    if (values.length === ROWS_PER_STATEMENT * OBS_COLUMNS) this.#obs.flush();
  }

  /** Tie numbers and records at one instant. Rows come sorted, so of those that wait only the last can be at it. */
  at(ds: number, t: number): { n: number; rec: number }[] {
    if (this.#lastDs === ds && this.#lastT === t) this.#obs.flush();
    return this.#at.all(ds, t) as unknown as { n: number; rec: number }[];
  }

  flush(): void {
    this.#obs.flush();
  }

  saveStatistics(stats: Statistics, touched: ReadonlyMap<number, number>): void {
    const { count, minT, maxT, minR, maxR, ends } = stats;
    for (const [ds, slot] of touched) {
      if (count[slot] === 0) {
        this.#noStats.run(this.#slice, ds);
        continue;
      }
      const numeric = minR[slot]! <= maxR[slot]!;
      const min = numeric ? minR[slot]! : null;
      const max = numeric ? maxR[slot]! : null;
      const end = ends.get(slot) ?? null;
      this.#stats.values.push(this.#slice, ds, count[slot]!, minT[slot]!, maxT[slot]!, min, max, end);
      if (this.#stats.values.length === ROWS_PER_STATEMENT * STATS_COLUMNS) this.#stats.flush();
    }
    this.#stats.flush();
  }
}

class ManyRows {
  readonly #columns: number;
  readonly #many: StatementSync;
  readonly #one: StatementSync;
  values: Value[] = [];

  constructor(db: DatabaseSync, head: string, columns: number) {
    const row = `(${Array(columns).fill('?').join(', ')})`;
    this.#columns = columns;
    this.#many = db.prepare(head + Array(ROWS_PER_STATEMENT).fill(row).join(', '));
    this.#one = db.prepare(head + row);
  }

  flush(): void {
    const values = this.values;
    if (values.length === ROWS_PER_STATEMENT * this.#columns) {
      this.#many.run(...values);
    } else {
      for (let at = 0; at < values.length; at += this.#columns) this.#one.run(...values.slice(at, at + this.#columns));
    }
    values.length = 0;
  }
}
