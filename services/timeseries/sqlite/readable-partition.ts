/**
 * One partition file, open for reading. The reads of one turn share a snapshot, because taking the locks for each of them
 * costs more than the read itself; `release` ends it. Nothing stays open between two turns, so the log can be copied back.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Columns } from '../columns.ts';
import { openForReading } from './database.ts';
import { onFile } from './fault.ts';

/** What a slice holds, or what it holds of one Datastream. min_r > max_r: no result of type number. */
export interface SliceFacts {
  readonly slice: number;
  readonly count: number;
  readonly minT: number;
  readonly maxT: number;
}

export interface StreamFacts extends SliceFacts {
  readonly ds: number;
  readonly minR: number;
  readonly maxR: number;
}

/** Which rows of a Datastream. Times inclusive; `after` continues behind a row in the asked direction. */
export interface PageQuery {
  readonly from: number;
  readonly to: number;
  readonly resultMin: number | null;
  readonly resultMax: number | null;
  readonly descending: boolean;
  readonly after: { readonly t: number; readonly n: number } | null;
  readonly limit: number;
}

/** Which rows of neighbours in the table: Datastreams `first` … `last`, both inclusive. */
export interface BlockQuery extends Pick<PageQuery, 'resultMin' | 'resultMax'> {
  readonly first: number;
  readonly last: number;
  /** Inclusive; null: whenever they are. */
  readonly times: { readonly from: number; readonly to: number } | null;
}

export type Cell = number | null;
/** (t, n) of the table's key, with its Datastream. */
export interface Key {
  readonly ds: number;
  readonly t: number;
  readonly n: number;
}

/** What is read of a row besides (ds, t, n). */
export const CELLS = { row: 'ds, t, n, r, type, rec, q, id, x', value: 'ds, t, n, r, type' } as const;
const STREAM = 'x.slice, x.count, x.min_t, x.max_t, x.ds, x.min_r, x.max_r';
const ROW = 't, n, r, type, rec, q, id, x';

export class ReadablePartition {
  readonly file: string;
  /** null: the file is gone, and nothing is found there. */
  readonly #db: DatabaseSync | null;
  readonly #statements = new Map<string, StatementSync>();
  #inSnapshot = false;

  /** `cacheMiB` null: of a file that is gone because all of it was due; queries under way still ask for it. */
  constructor(file: string, cacheMiB: number | null) {
    this.file = file;
    this.#db = cacheMiB === null ? null : openForReading(file, cacheMiB);
  }

  close(): void {
    this.#inSnapshot = false;
    this.#db?.close();
  }

  /** Ends the snapshot: the next read sees what was written meanwhile. */
  release(): void {
    if (!this.#inSnapshot) return;
    this.#inSnapshot = false;
    // an error of the disk may have ended it already
    onFile(this.file, () => {
      if (this.#db?.isTransaction) this.#db.exec('COMMIT');
    });
  }

  slices(): SliceFacts[] {
    return this.#all('SELECT slice, count, min_t, max_t FROM slices WHERE count > 0 ORDER BY slice').map(sliceFacts);
  }

  /** One Datastream in all slices. */
  stream(ds: number): StreamFacts[] {
    return this.#all(`SELECT ${STREAM} FROM slices s CROSS JOIN stats x ON x.slice = s.slice AND x.ds = ?`, ds).map(
      streamFacts,
    );
  }

  /**
   * What a slice knows of the next `limit` Datastreams behind `after`, by id: id, count, first and last time, bounds of the
   * result (low > high: no number), greatest end of an interval (NaN: none).
   */
  statistics(slice: number, after: number, limit: number): [number, ...number[]][] {
    const sql = `SELECT ds, count, min_t, max_t, min_r, max_r, max_e FROM stats WHERE slice = ? AND ds > ? ORDER BY ds LIMIT ?`;
    const rows = this.#all(sql, slice, after, limit);
    for (const row of rows) {
      row[4] ??= Number.POSITIVE_INFINITY;
      row[5] ??= Number.NEGATIVE_INFINITY;
      row[6] ??= Number.NaN;
    }
    return rows as [number, ...number[]][];
  }

  isRemoved(ds: number, t: number): boolean {
    return this.#all('SELECT 1 FROM removed WHERE ds = ? AND t = ? LIMIT 1', ds, t).length > 0;
  }

  /** Removed rows by (ds, t, n, rec), behind `after`. */
  removedBehind(
    after: readonly [number, number, number, number] | null,
    limit: number,
  ): [number, number, number, number][] {
    const behind = after === null ? '' : ' WHERE (ds, t, n, rec) > (?, ?, ?, ?)';
    const sql = `SELECT ds, t, n, rec FROM removed${behind} ORDER BY ds, t, n, rec LIMIT ?`;
    return this.#all(sql, ...(after ?? []), limit) as [number, number, number, number][];
  }

  /** Appends all rows that stand at these instants. At most `most` at once: so many have one statement for all numbers. */
  instants(slice: number, places: readonly { ds: number; t: number }[], most: number, into: Columns): void {
    const values = places.flatMap(({ ds, t }) => [ds, t]);
    // a Datastream 0 has no rows
    while (values.length < 2 * most) values.push(0, 0);
    const keys = Array(most).fill('(?, ?)').join(', ');
    const row = ROW.split(', ').map((name) => `o.${name}`);
    const sql = `WITH k(ds, t) AS (VALUES ${keys}) SELECT ${row.join(', ')}, o.ds FROM k CROSS JOIN obs_${slice} o ON o.ds = k.ds AND o.t = k.t`;
    for (const [t, n, r, type, rec, q, id, x, ds] of this.#all(sql, ...values)) {
      into.push(ds!, t!, n!, r!, type!, rec!, q!, id!, x as unknown as string | null);
    }
  }

  /** Appends the rows of a page to `into`; returns how many. */
  page(slice: number, ds: number, query: PageQuery, into: Columns): number {
    const rows = this.#page(slice, ds, query);
    for (const [t, n, r, type, rec, q, id, x] of rows) {
      into.push(ds, t!, n!, r!, type!, rec!, q!, id!, x as unknown as string | null);
    }
    return rows.length;
  }

  /** Rows in the order of the table, at most `limit`; `after` continues behind a row. */
  block(slice: number, cells: keyof typeof CELLS, query: BlockQuery, after: Key | null, limit: number): Cell[][] {
    const values: number[] = [];
    const where = blockBounds(query, after, values);
    const sql = `SELECT ${CELLS[cells]} FROM obs_${slice} WHERE ${where} ORDER BY ds, t, n LIMIT ?`;
    return this.#all(sql, ...values, limit);
  }

  /** How many rows of each Datastream match, as (ds, count), by ds. Those without one are left out. */
  blockCounts(slice: number, query: BlockQuery): Cell[][] {
    const values: number[] = [];
    const where = blockBounds(query, null, values);
    return this.#all(`SELECT ds, count(*) FROM obs_${slice} WHERE ${where} GROUP BY ds`, ...values);
  }

  /** The time of the row that stands `rows` behind the first from `t` on (backwards: up to `t`); null: there are fewer. */
  timeBehind(slice: number, ds: number, t: number, descending: boolean, rows: number): number | null {
    const [compare, direction] = descending ? ['<=', 'DESC'] : ['>=', 'ASC'];
    const sql = `SELECT t FROM obs_${slice} WHERE ds = ? AND t ${compare} ? ORDER BY t ${direction} LIMIT 1 OFFSET ?`;
    return this.#all(sql, ds, t, rows)[0]?.[0] ?? null;
  }

  #page(slice: number, ds: number, query: PageQuery): Cell[][] {
    const { from, to, after, descending, limit } = query;
    const values: number[] = [
      ds,
      descending || after === null ? from : after.t,
      descending && after !== null ? after.t : to,
    ];
    let where = 'ds = ? AND t >= ? AND t <= ?';
    if (after !== null) {
      where += ` AND (t, n) ${descending ? '<' : '>'} (?, ?)`;
      values.push(after.t, after.n);
    }
    where += resultBounds(query, values);
    const direction = descending ? 'DESC' : 'ASC';
    const sql = `SELECT ${ROW} FROM obs_${slice} WHERE ${where} ORDER BY t ${direction}, n ${direction} LIMIT ?`;
    return this.#all(sql, ...values, limit);
  }

  #all(sql: string, ...values: number[]): Cell[][] {
    const db = this.#db;
    if (db === null) return [];
    return onFile(this.file, () => {
      if (!this.#inSnapshot) {
        db.exec('BEGIN');
        this.#inSnapshot = true;
      }
      let statement = this.#statements.get(sql);
      if (statement === undefined) {
        statement = db.prepare(sql);
        statement.setReturnArrays(true);
        this.#statements.set(sql, statement);
      }
      return statement.all(...values) as unknown as Cell[][];
    });
  }
}

function blockBounds(query: BlockQuery, after: Key | null, values: number[]): string {
  const { first, last, times } = query;
  let where: string;
  if (first === last) {
    values.push(first);
    where = 'ds = ?';
    if (after !== null) {
      values.push(after.t, after.n);
      where += ' AND (t, n) > (?, ?)';
    }
  } else {
    values.push(...(after === null ? [first] : [after.ds, after.t, after.n]), last);
    where = `${after === null ? 'ds >= ?' : '(ds, t, n) > (?, ?, ?)'} AND ds <= ?`;
  }
  // before those of time, because they are what most rows fail at
  where += resultBounds(query, values);
  if (times !== null) {
    where += ' AND t >= ? AND t <= ?';
    values.push(times.from, times.to);
  }
  return where;
}

function resultBounds(query: Pick<PageQuery, 'resultMin' | 'resultMax'>, values: number[]): string {
  const { resultMin, resultMax } = query;
  if (resultMin === null && resultMax === null) return '';
  values.push(resultMin ?? Number.NEGATIVE_INFINITY, resultMax ?? Number.POSITIVE_INFINITY);
  // type 0 is RESULT.number: a boolean is kept as 0 or 1 but is no numeric result
  return ' AND r >= ? AND r <= ? AND type = 0';
}

function sliceFacts([slice, count, minT, maxT]: Cell[]): SliceFacts {
  return { slice: slice!, count: count!, minT: minT!, maxT: maxT! };
}

function streamFacts([slice, count, minT, maxT, ds, minR, maxR]: Cell[]): StreamFacts {
  const numeric = minR !== null && maxR !== null;
  return {
    slice: slice!,
    count: count!,
    minT: minT!,
    maxT: maxT!,
    ds: ds!,
    minR: numeric ? minR! : Number.POSITIVE_INFINITY,
    maxR: numeric ? maxR! : Number.NEGATIVE_INFINITY,
  };
}
