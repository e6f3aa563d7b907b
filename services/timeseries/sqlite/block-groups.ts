/**
 * Which Datastreams of a slice one statement reads. Neighbours in the table share one as long as the rows that it would look
 * at in vain cost less than a further statement.
 */
import { LOOKED_AT, STATEMENT } from './block-effort.ts';
import type { Range } from './range.ts';
import type { SliceColumns } from './slice-columns.ts';

export interface Group {
  /** Of the first and the last one. */
  readonly first: number;
  last: number;
  /** Those that are asked for, ascending: of what lies between them the rest is passed over. */
  readonly datastreams: number[];
  /** Rows that the statement looks at, about. */
  rows: number;
}

/** `streams`: indices in the slice, ascending. All that is needed of the slice is copied: it may change between two steps. */
export function groupsOf(slice: SliceColumns, streams: readonly number[], range: Range): Group[] {
  const { ds, counts } = slice;
  const groups: Group[] = [];
  let group: Group | null = null;
  let before = -1;
  /** Rows outside the range of the group's only Datastream: alone it is read without them. */
  let spared = 0;
  for (const i of streams) {
    const count = counts[i]!;
    const outside = count - within(slice, i, range);
    let vain = spared + outside;
    for (let gap = before + 1; gap < i && vain <= STATEMENT; gap++) vain += counts[gap]!;
    if (group === null || vain > STATEMENT || group.rows + vain + count > LOOKED_AT) {
      group = { first: ds[i]!, last: ds[i]!, datastreams: [ds[i]!], rows: count - outside };
      groups.push(group);
      spared = outside;
    } else {
      group.last = ds[i]!;
      group.datastreams.push(ds[i]!);
      group.rows += vain + count - outside;
      spared = 0;
    }
    before = i;
  }
  return groups;
}

/** How many of a Datastream's rows lie in the range, if they are spread evenly. */
function within(slice: SliceColumns, i: number, { from, to }: Range): number {
  const [first, last] = [slice.minTime(i), slice.maxTime(i)];
  if (from <= first && to >= last) return slice.counts[i]!;
  const part = (Math.min(to, last) - Math.max(from, first) + 1) / (last - first + 1);
  return Math.ceil(slice.counts[i]! * Math.max(0, part));
}
