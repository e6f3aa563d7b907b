/** Reads the rows of many Datastreams of one slice, in short steps, by (ds, t, n). */
import { type Effort, LOOKED_AT } from './block-effort.ts';
import { type Group, groupsOf } from './block-groups.ts';
import type { Span } from './calendar.ts';
import type { Partitions } from './partitions.ts';
import type { Range } from './range.ts';
import type { BlockQuery, CELLS, Cell, Key } from './readable-partition.ts';
import type { SliceColumns } from './slice-columns.ts';

/** Rows taken by one statement. */
const TAKEN_AT_ONCE = 1000;

export interface Block {
  readonly partitions: Partitions;
  readonly span: Span;
  readonly slice: SliceColumns;
  /** Indices in the slice, ascending. */
  readonly streams: readonly number[];
  readonly range: Range;
  readonly effort: Effort;
}

/** Calls `take` for each matching row as far as it answers true. Returns whether all were taken. */
export function* blockRows(
  block: Block,
  cells: keyof typeof CELLS,
  take: (row: Cell[]) => boolean,
): Generator<void, boolean> {
  const { partitions, span, range, effort } = block;
  const slice = block.slice.slice;
  for (const group of groupsOf(block.slice, block.streams, range)) {
    for (const query of parts(block, slice, group)) {
      let after: Key | null = null;
      let lookedAt = Math.min(group.rows, LOOKED_AT);
      for (let more = true; more; ) {
        const rows: Cell[][] = partitions.open(span).block(slice, cells, query, after, TAKEN_AT_ONCE);
        let k = 0;
        for (const row of rows) {
          const ds = row[0]!;
          while (group.datastreams[k]! < ds) k++;
          if (group.datastreams[k] === ds && !take(row)) return false;
        }
        more = rows.length === TAKEN_AT_ONCE;
        const last = rows.at(-1);
        if (last !== undefined) after = { ds: last[0]!, t: last[1]!, n: last[2]! };
        if (effort.spend(lookedAt, rows.length)) yield;
        lookedAt = 0;
      }
    }
  }
  return true;
}

/** How many rows match. */
export function* blockCount(block: Block): Generator<void, number> {
  const { partitions, span, range, effort } = block;
  const slice = block.slice.slice;
  let total = 0;
  for (const group of groupsOf(block.slice, block.streams, range)) {
    for (const query of parts(block, slice, group)) {
      let k = 0;
      for (const [ds, count] of partitions.open(span).blockCounts(slice, query)) {
        while (group.datastreams[k]! < ds!) k++;
        if (group.datastreams[k] === ds) total += count!;
      }
      if (effort.spend(Math.min(group.rows, LOOKED_AT), 0)) yield;
    }
  }
  return total;
}

/** One statement for a group; for a Datastream with very many rows several, each for a part of its time. */
function* parts(
  { partitions, span, range }: Block,
  slice: number,
  { first, last, rows }: Group,
): Generator<BlockQuery> {
  const { resultMin, resultMax } = range;
  const query = { first, last, resultMin, resultMax };
  if (rows <= LOOKED_AT) {
    // the times of the partition, not those that are known of the slice: rows may have come since
    const always = range.from <= span.from && range.to >= span.to - 1;
    yield { ...query, times: always ? null : { from: range.from, to: range.to } };
    return;
  }
  for (let from = range.from; ; ) {
    const behind = partitions.open(span).timeBehind(slice, first, from, false, LOOKED_AT);
    const to = behind === null ? range.to : Math.min(range.to, behind);
    yield { ...query, times: { from, to } };
    if (to === range.to) return;
    from = to + 1;
  }
}
