/**
 * The slices of one partition that is open for writing: rows are added to the last one; in all of them rows are found, removed
 * and renumbered. Keeps the statistics in step. The caller has a transaction open.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { intervalEnd } from '../extra.ts';
import { byTie, type Occupant } from '../ties.ts';
import { sliceTable } from './database.ts';
import { RowInserter } from './inserter.ts';
import { changeOf, type SliceChange } from './slice-change.ts';
import { Reach, Statistics } from './statistics.ts';

/** A row that stands at an instant. */
export interface Standing extends Occupant {
  readonly slice: number;
  readonly id: number | null;
  readonly x: string | null;
  /** 0: nobody has edited it. */
  readonly edited: number;
}

/** What a row says, beside its place. `r` null: no number. */
export interface Content {
  readonly r: number | null;
  readonly type: number;
  readonly q: number;
  readonly x: string | null;
}

/** QUALITY.edited of the model, which the store's threads don't import. */
const EDITED = 8;

interface SliceRow {
  readonly slice: number;
  readonly count: number;
  readonly min_t: number | null;
  readonly max_t: number | null;
}

type Cell = number | null;

export class Slices {
  readonly #db: DatabaseSync;
  readonly #sliceRows: number;
  readonly #statements = new Map<string, StatementSync>();
  /** Finished slices, the oldest first. */
  readonly #earlier: { readonly slice: number; readonly minT: number; readonly maxT: number }[] = [];
  readonly #reach = new Reach();
  /** Finished slice ▸ Datastreams that this transaction took rows from. */
  readonly #changed = new Map<number, Set<number>>();
  #slice = 0;
  #count = 0;
  #minT = Number.POSITIVE_INFINITY;
  #maxT = Number.NEGATIVE_INFINITY;
  /** Slots of the current slice that this transaction touched, by Datastream. */
  #touched = new Map<number, number>();
  stats = new Statistics();
  #rows!: RowInserter;

  constructor(db: DatabaseSync, sliceRows: number) {
    this.#db = db;
    this.#sliceRows = sliceRows;
    for (const row of db.prepare('SELECT * FROM slices ORDER BY slice').all() as unknown as SliceRow[]) {
      if (this.#slice > 0) this.#finish();
      this.#slice = row.slice;
      this.#count = row.count;
      this.#minT = row.min_t ?? Number.POSITIVE_INFINITY;
      this.#maxT = row.max_t ?? Number.NEGATIVE_INFINITY;
      this.#loadStatistics();
    }
    if (this.#slice > 0) this.#rows = new RowInserter(db, this.#slice);
  }

  /** Makes sure that there is a slice with room. */
  begin(): void {
    if (this.#slice > 0 && this.#count < this.#sliceRows) return;
    if (this.#slice > 0) this.#finish();
    this.#slice++;
    this.#count = 0;
    this.#minT = Number.POSITIVE_INFINITY;
    this.#maxT = Number.NEGATIVE_INFINITY;
    this.stats = new Statistics();
    this.#touched = new Map();
    this.#db.exec(sliceTable(this.#slice));
    this.#rows = new RowInserter(this.#db, this.#slice);
  }

  /** Adds a row behind those that stand at its instant. Waits in memory until `flush`. Returns the Datastream's slot. */
  add(
    slot: number,
    ds: number,
    t: number,
    n: number,
    r: number | null,
    type: number,
    rec: number,
    q: number,
    id: number | null,
    x: string | null,
  ): number {
    this.#rows.add(ds, t, n, r, type, rec, q, id, x);
    const known = slot === -1 ? this.stats.slot(ds) : slot;
    this.stats.include(known, t, r === null ? -1 : type, r ?? 0);
    const end = x === null ? null : intervalEnd(x);
    if (end !== null) this.stats.includeEnd(known, end);
    this.#touched.set(ds, known);
    if (t < this.#minT) this.#minT = t;
    if (t > this.#maxT) this.#maxT = t;
    this.#count++;
    return known;
  }

  flush(): void {
    this.#rows.flush();
  }

  /** Only a time between first and last of a Datastream can be there already: what is in order needs no look. */
  mayHold(slot: number, ds: number, t: number): boolean {
    return this.#inCurrent(slot, t) || this.#reach.covers(ds, t);
  }

  /** Tie numbers and records at one instant. Rows that wait are seen. */
  occupants(slot: number, ds: number, t: number): Occupant[] {
    const found: Occupant[] = [];
    for (const { slice, minT, maxT } of this.#earlier) {
      if (t >= minT && t <= maxT)
        found.push(...(this.#all(`SELECT n, rec ${at(slice)}`, ds, t) as unknown as Occupant[]));
    }
    if (this.#inCurrent(slot, t)) found.push(...this.#rows.at(ds, t));
    return found;
  }

  /** The rows at one instant with all that an edit needs, by n. */
  standing(ds: number, t: number): Standing[] {
    const slices = this.#earlier.filter(({ minT, maxT }) => t >= minT && t <= maxT).map(({ slice }) => slice);
    if (this.#inCurrent(this.stats.find(ds), t)) slices.push(this.#slice);
    const rows = slices.flatMap((slice) =>
      this.#all(`SELECT ${slice} AS slice, n, rec, id, x, q & ${EDITED} AS edited ${at(slice)}`, ds, t),
    ) as unknown as Standing[];
    return rows.sort(byTie);
  }

  remove(ds: number, t: number, { slice, n, x }: Standing): void {
    this.#run(`DELETE ${at(slice)} AND n = ?`, ds, t, n);
    this.#subtract(slice, ds, 1, intervalEnd(x));
  }

  renumber(ds: number, t: number, row: Standing, n: number, id: number | null): void {
    this.#run(`UPDATE obs_${row.slice} SET n = ?, id = ? WHERE ds = ? AND t = ? AND n = ?`, n, id, ds, t, row.n);
  }

  /** Gives a row another result, quality and extra. False: it has them already, or a person has edited it. */
  revise(ds: number, t: number, row: Standing, to: Content): boolean {
    const { slice, n } = row;
    const { r, type, q, x } = to;
    const other = 'r IS NOT ?1 OR type <> ?2 OR q <> ?3 OR x IS NOT ?4';
    const set = `UPDATE obs_${slice} SET r = ?1, type = ?2, q = ?3, x = ?4`;
    const sql = `${set} WHERE ds = ?5 AND t = ?6 AND n = ?7 AND q & ${EDITED} = 0 AND (${other})`;
    if (this.#run(sql, r, type, q, x, ds, t, n) === 0) return false;
    const [before, after] = [intervalEnd(row.x), intervalEnd(x)];
    this.#subtract(slice, ds, 0, before === after ? null : before);
    this.#widen(slice, ds, type === 0 ? r : null, after);
    return true;
  }

  /** Deletes about `limit` rows of a Datastream, the first ones; returns how many. 0: there are none any more. */
  drop(ds: number, limit: number): number {
    return this.expire(ds, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, limit);
  }

  /** The same of the rows from `from` (inclusive) to `before` (exclusive). */
  expire(ds: number, from: number, before: number, limit: number): number {
    const slices = this.#earlier.map(({ slice }) => slice);
    if (this.#slice > 0) slices.push(this.#slice);
    for (const slice of slices) {
      const due = `SELECT t FROM obs_${slice} WHERE ds = ? AND t >= ? AND t < ? ORDER BY t LIMIT 1`;
      const [first] = this.#all(due, ds, from, before) as unknown as { t: number }[];
      if (first === undefined) continue;
      const [next] = this.#all(`${due} OFFSET ?`, ds, from, before, limit) as unknown as { t: number }[];
      // all rows of an instant go together
      const until = next === undefined ? before : next.t === first.t ? first.t + 1 : next.t;
      const gone = this.#run(`DELETE FROM obs_${slice} WHERE ds = ? AND t >= ? AND t < ?`, ds, from, until);
      this.#subtract(slice, ds, gone, Number.POSITIVE_INFINITY);
      return gone;
    }
    return 0;
  }

  /** Puts the statistics into the file; returns what changed since the last time. */
  save(): SliceChange[] {
    const changes = [...this.#changed].map(([slice, streams]) => this.#savedChange(slice, streams));
    this.#changed.clear();
    this.#rows.saveStatistics(this.stats, this.#touched);
    const head = { slice: this.#slice, count: this.#count, minT: this.#minT, maxT: this.#maxT };
    this.#run(
      'REPLACE INTO slices(slice, count, min_t, max_t) VALUES (?, ?, ?, ?)',
      head.slice,
      head.count,
      finite(head.minT),
      finite(head.maxT),
    );
    if (this.#touched.size === 0) return changes;
    const touched = this.#touched;
    this.#touched = new Map();
    return [...changes, this.stats.changeOf(head, touched)];
  }

  #inCurrent(slot: number, t: number): boolean {
    return slot !== -1 && t >= this.stats.minT[slot]! && t <= this.stats.maxT[slot]!;
  }

  /** `end`: the greatest end of an interval among the rows that went; null: there was none. */
  #subtract(slice: number, ds: number, gone: number, end: number | null): void {
    const edge = (direction: string): string =>
      `(SELECT t FROM obs_${slice} WHERE ds = ?1 ORDER BY t ${direction} LIMIT 1)`;
    const [reach] = this.#all(`SELECT ${edge('ASC')} AS first, ${edge('DESC')} AS last`, ds) as unknown as {
      first: Cell;
      last: Cell;
    }[];
    const { first, last } = reach!;
    if (slice === this.#slice) {
      const { stats } = this;
      const slot = stats.find(ds);
      stats.count[slot]! -= gone;
      stats.minT[slot] = first ?? Number.POSITIVE_INFINITY;
      stats.maxT[slot] = last ?? Number.NEGATIVE_INFINITY;
      if (first === null) {
        stats.minR[slot] = Number.POSITIVE_INFINITY;
        stats.maxR[slot] = Number.NEGATIVE_INFINITY;
      }
      const known = stats.ends.get(slot);
      if (known !== undefined && end !== null && end >= known) {
        stats.ends.delete(slot);
        const left = this.#greatestEnd(slice, ds);
        if (left !== null) stats.ends.set(slot, left);
      }
      this.#touched.set(ds, slot);
      this.#count -= gone;
      return;
    }
    this.#run('UPDATE slices SET count = count - ? WHERE slice = ?', gone, slice);
    if (first === null) this.#run('DELETE FROM stats WHERE slice = ? AND ds = ?', slice, ds);
    else {
      const update = 'UPDATE stats SET count = count - ?, min_t = ?, max_t = ? WHERE slice = ? AND ds = ?';
      this.#run(update, gone, first, last, slice, ds);
      if (end !== null) {
        const ends = 'UPDATE stats SET max_e = ? WHERE slice = ? AND ds = ? AND max_e <= ?';
        const most = Math.min(end, Number.MAX_SAFE_INTEGER);
        this.#run(ends, this.#greatestEnd(slice, ds), slice, ds, most);
      }
    }
    const streams = this.#changed.get(slice) ?? new Set();
    this.#changed.set(slice, streams.add(ds));
  }

  /** Takes a result and the end of an interval into what is known of a Datastream that has rows here. */
  #widen(slice: number, ds: number, r: number | null, end: number | null): void {
    if (slice === this.#slice) {
      const slot = this.stats.find(ds);
      if (r !== null) this.stats.includeResult(slot, r);
      if (end !== null) this.stats.includeEnd(slot, end);
      return;
    }
    const where = 'WHERE slice = ?2 AND ds = ?3';
    const bounds = 'min_r = min(coalesce(min_r, ?1), ?1), max_r = max(coalesce(max_r, ?1), ?1)';
    if (r !== null) this.#run(`UPDATE stats SET ${bounds} ${where}`, r, slice, ds);
    if (end !== null) this.#run(`UPDATE stats SET max_e = max(coalesce(max_e, ?1), ?1) ${where}`, end, slice, ds);
  }

  #greatestEnd(slice: number, ds: number): Cell {
    const sql = `SELECT max(json_extract(x, '$.e')) AS end FROM obs_${slice} WHERE ds = ? AND x IS NOT NULL`;
    return (this.#all(sql, ds)[0] as unknown as { end: Cell }).end;
  }

  #savedChange(slice: number, streams: ReadonlySet<number>): SliceChange {
    const [row] = this.#all('SELECT count, min_t, max_t FROM slices WHERE slice = ?', slice) as unknown as SliceRow[];
    const sql = 'SELECT count, min_t, max_t, min_r, max_r, max_e FROM stats WHERE slice = ? AND ds = ?';
    const rows = Array.from(streams, (ds) => {
      const found = this.#all(sql, slice, ds)[0] as Record<string, Cell> | undefined;
      if (found === undefined) return [ds, 0, 0, 0, 0, 0, Number.NaN] as [number, ...number[]];
      const { count, min_t, max_t, min_r, max_r, max_e } = found;
      const bounds = [min_r ?? Number.POSITIVE_INFINITY, max_r ?? Number.NEGATIVE_INFINITY, max_e ?? Number.NaN];
      return [ds, count!, min_t!, max_t!, ...bounds] as [number, ...number[]];
    });
    return changeOf({ slice, count: row!.count, minT: row!.min_t!, maxT: row!.max_t! }, rows);
  }

  #loadStatistics(): void {
    const stats = new Statistics();
    const rows = this.#db.prepare('SELECT ds, count, min_t, max_t, min_r, max_r, max_e FROM stats WHERE slice = ?');
    rows.setReturnArrays(true);
    for (const row of rows.iterate(this.#slice) as unknown as Iterable<Cell[]>) {
      const slot = stats.slot(row[0]!);
      stats.count[slot] = row[1]!;
      stats.minT[slot] = row[2]!;
      stats.maxT[slot] = row[3]!;
      stats.minR[slot] = row[4] ?? Number.POSITIVE_INFINITY;
      stats.maxR[slot] = row[5] ?? Number.NEGATIVE_INFINITY;
      if (row[6] !== null) stats.ends.set(slot, row[6]!);
    }
    this.stats = stats;
  }

  #finish(): void {
    for (const [ds, slot] of this.stats.streams) {
      if (this.stats.count[slot]! > 0) this.#reach.add(ds, this.stats.minT[slot]!, this.stats.maxT[slot]!);
    }
    this.#earlier.push({ slice: this.#slice, minT: this.#minT, maxT: this.#maxT });
  }

  #all(sql: string, ...values: number[]): Record<string, unknown>[] {
    return this.#statement(sql).all(...values) as Record<string, unknown>[];
  }

  #run(sql: string, ...values: (Cell | string)[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, known);
    return known;
  }
}

function at(slice: number): string {
  return `FROM obs_${slice} WHERE ds = ? AND t = ?`;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
