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

type Cell = number | null;
const STREAM = 'x.slice, x.count, x.min_t, x.max_t, x.ds, x.min_r, x.max_r';
const ROW = 't, n, r, type, rec, q, id, x';

export class ReadablePartition {
  readonly file: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #inSnapshot = false;

  constructor(file: string, cacheMiB: number) {
    this.file = file;
    this.#db = openForReading(file, cacheMiB);
  }

  close(): void {
    this.#inSnapshot = false;
    this.#db.close();
  }

  /** Ends the snapshot: the next read sees what was written meanwhile. */
  release(): void {
    if (!this.#inSnapshot) return;
    this.#inSnapshot = false;
    // an error of the disk may have ended it already
    onFile(this.file, () => {
      if (this.#db.isTransaction) this.#db.exec('COMMIT');
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

  /** One Datastream in one slice. */
  streamIn(slice: number, ds: number): StreamFacts | null {
    const rows = this.#all(`SELECT ${STREAM} FROM stats x WHERE slice = ? AND ds = ?`, slice, ds);
    return rows.length === 0 ? null : streamFacts(rows[0]!);
  }

  /** All Datastreams of a slice that may have rows in [from, to], by id. */
  streamsIn(slice: number, from: number, to: number): StreamFacts[] {
    const sql = `SELECT ${STREAM} FROM stats x WHERE slice = ? AND max_t >= ? AND min_t <= ?`;
    return this.#all(sql, slice, from, to).map(streamFacts);
  }

  /** The next Datastream behind `ds` that has rows, null: none. */
  nextStream(ds: number, descending: boolean): number | null {
    const [compare, direction, best] = descending ? ['<', 'DESC', 'max'] : ['>', 'ASC', 'min'];
    const inSlice = `SELECT ds FROM stats WHERE slice = s.slice AND ds ${compare} ? ORDER BY ds ${direction} LIMIT 1`;
    return this.#all(`SELECT ${best}((${inSlice})) FROM slices s`, ds)[0]?.[0] ?? null;
  }

  /** Appends the rows of a page to `into`; returns how many. */
  page(slice: number, ds: number, query: PageQuery, into: Columns): number {
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
    const rows = this.#all(sql, ...values, limit);
    for (const [t, n, r, type, rec, q, id, x] of rows) {
      into.push(ds, t!, n!, r!, type!, rec!, q!, id!, x as unknown as string | null);
    }
    return rows.length;
  }

  /** Rows of one Datastream within [from, to] and the bounds of the result. */
  count(slice: number, ds: number, query: Pick<PageQuery, 'from' | 'to' | 'resultMin' | 'resultMax'>): number {
    const values = [ds, query.from, query.to];
    const where = `ds = ? AND t >= ? AND t <= ?${resultBounds(query, values)}`;
    return this.#all(`SELECT count(*) FROM obs_${slice} WHERE ${where}`, ...values)[0]![0]!;
  }

  #all(sql: string, ...values: number[]): Cell[][] {
    return onFile(this.file, () => {
      if (!this.#inSnapshot) {
        this.#db.exec('BEGIN');
        this.#inSnapshot = true;
      }
      let statement = this.#statements.get(sql);
      if (statement === undefined) {
        statement = this.#db.prepare(sql);
        statement.setReturnArrays(true);
        this.#statements.set(sql, statement);
      }
      return statement.all(...values) as unknown as Cell[][];
    });
  }
}

function resultBounds(query: Pick<PageQuery, 'resultMin' | 'resultMax'>, values: number[]): string {
  const { resultMin, resultMax } = query;
  if (resultMin === null && resultMax === null) return '';
  values.push(resultMin ?? Number.NEGATIVE_INFINITY, resultMax ?? Number.POSITIVE_INFINITY);
  // type 0 is RESULT.number: a boolean is kept as 0 or 1 but is no numeric result
  return ' AND type = 0 AND r >= ? AND r <= ?';
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
