/** The rows of the store and those that wait, as one sequence. Both come in the same order. */
import { CHUNK_ROWS, Columns } from '../columns.ts';
import type { RangeQuery, Rows } from '../port.ts';
import { type Candidates, hides, type Instant, instantOrder, matchesResult, type PendingRow } from './candidates.ts';

/**
 * `stored`: the store's answer to the query from its first row on, `storedLimit` rows at the most. Offset and limit are
 * applied here, because only the merge knows which rows count.
 */
export async function* merged(
  stored: AsyncIterable<Rows>,
  { instants, dropped }: Candidates,
  query: RangeQuery,
): AsyncGenerator<Rows> {
  if (query.limit === 0) return;
  const order = instantOrder(query.order);
  const out = new Page(query);
  const backwards = query.order.startsWith('-');
  /** The next instant, and how many of its rows are out. */
  let next = 0;
  let given = 0;
  const give = (instant: Instant, until: (row: PendingRow) => boolean): void => {
    while (given < instant.rows.length && !until(instant.rows[given]!)) out.add(instant, instant.rows[given++]!);
  };
  const finish = (instant: Instant): void => {
    give(instant, () => false);
    next++;
    given = 0;
  };
  for await (const rows of stored) {
    if (rows.length === 0) {
      yield rows;
      continue;
    }
    const last = { ds: rows.ds[rows.length - 1]!, t: rows.t[rows.length - 1]! };
    if (dropped.size === 0 && (next === instants.length || order(instants[next]!, last) > 0) && out.passes(rows)) {
      yield rows;
      if (out.isFull) return;
      continue;
    }
    for (let i = 0; i < rows.length; i++) {
      const ds = rows.ds[i]!;
      const key = { ds, t: rows.t[i]! };
      while (next < instants.length && order(instants[next]!, key) < 0) finish(instants[next]!);
      const instant = instants[next];
      const n = rows.n[i]!;
      if (instant !== undefined && order(instant, key) === 0) {
        give(instant, (row) => (backwards ? row.n <= n : row.n >= n));
        if (!hides(instant, { n, rec: rows.rec[i]! })) out.copy(rows, i);
      } else if (!dropped.has(ds)) out.copy(rows, i);
      if (out.isChunk) {
        yield out.take();
        if (out.isFull) return;
      }
    }
  }
  while (next < instants.length && !out.isFull) {
    finish(instants[next]!);
    if (out.isChunk) yield out.take();
  }
  const rest = out.take();
  if (rest.length > 0) yield rest;
}

/** What the store must give so that enough remains when the rows that don't show are taken away. */
export function storedLimit({ instants, dropped }: Candidates, { offset, limit }: RangeQuery): number {
  if (dropped.size > 0) return Number.POSITIVE_INFINITY;
  let hidden = 0;
  for (const { rows, removals, undecided } of instants) {
    // a row hides its like and whom it takes the place from, a removal one row, or all that its record brought
    hidden += 2 * rows.length + undecided.length;
    for (const { n } of removals) hidden += n === undefined ? Number.POSITIVE_INFINITY : 1;
  }
  return offset + limit + hidden;
}

/** Rows behind the offset and up to the limit, in chunks. */
class Page {
  readonly #query: RangeQuery;
  #columns = new Columns();
  #skip: number;
  #left: number;

  constructor(query: RangeQuery) {
    this.#query = query;
    this.#skip = query.offset;
    this.#left = query.limit;
  }

  add(instant: Instant, row: PendingRow): void {
    if (!matchesResult(row, this.#query) || !this.#takes()) return;
    const { n, r, type, rec, q, id, x } = row;
    this.#columns.push(instant.ds, instant.t, n, r, type, rec, q, id, x);
  }

  copy(rows: Rows, i: number): void {
    if (this.#takes()) this.#columns.copy(rows, i);
  }

  /** True: the rows count as given out as they are. */
  passes(rows: Rows): boolean {
    if (this.#skip > 0 || this.#columns.length > 0 || rows.length > this.#left) return false;
    this.#left -= rows.length;
    return true;
  }

  get isFull(): boolean {
    return this.#left === 0;
  }

  get isChunk(): boolean {
    return this.isFull || this.#columns.length >= CHUNK_ROWS;
  }

  take(): Rows {
    const rows = this.#columns.take();
    this.#columns = new Columns();
    return rows;
  }

  #takes(): boolean {
    if (this.#left === 0) return false;
    if (this.#skip > 0) {
      this.#skip--;
      return false;
    }
    this.#left--;
    return true;
  }
}
