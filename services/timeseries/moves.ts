/** Which edits of one record are one change of a row: a removal, and the put that gives the row its new place or content. */
import type { Edit } from '../model/index.ts';

type Remove = Extract<Edit, { op: 'remove' }>;
type Put = Extract<Edit, { op: 'put' }>;

/** Index of the put ▸ index of its removal, among the edits of one record. */
export type Moves = ReadonlyMap<number, number>;

const NONE: Moves = new Map();

export function movesIn(edits: readonly Edit[]): Moves {
  const removals = new Map<string, number[]>();
  edits.forEach((edit, i) => {
    if (edit.op !== 'remove') return;
    const place = placeOf(edit.ds, edit.t, edit.n ?? 0);
    const known = removals.get(place);
    if (known === undefined) removals.set(place, [i]);
    else known.push(i);
  });
  if (removals.size === 0) return NONE;
  const moves = new Map<number, number>();
  edits.forEach((edit, i) => {
    if (edit.op !== 'put') return;
    const removal = removalOf(edit, edits, removals);
    if (removal !== undefined) moves.set(i, removal);
  });
  return moves;
}

function removalOf({ row, from }: Put, edits: readonly Edit[], removals: ReadonlyMap<string, number[]>) {
  if (from !== undefined) {
    const found = removals.get(placeOf(from.ds, from.t, from.n)) ?? [];
    return found.find((i) => (edits[i] as Remove).rec === from.rec);
  }
  // records of hubs that did not name it yet: the row of this very place, or the one whose id is kept
  const { ds, t, n, x } = row;
  const kept = x?.k === undefined ? undefined : removals.get(placeOf(x.k[0], x.k[1], 0));
  return (removals.get(placeOf(ds, t, n)) ?? kept)?.[0];
}

function placeOf(ds: number, t: number, n: number): string {
  return `${ds}@${t}@${n}`;
}
