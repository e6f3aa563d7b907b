/** What a revision may still do: nothing to evidence, and what was erased is not written again. */
import type { Places, Revision, Rows } from '../../services/timeseries/index.ts';
import { isKept, type Keeping } from './kept.ts';

type IsFrozen = (datastream: number, t: number) => boolean;

export function revisionLeft(revision: Revision, keeping: Keeping | undefined, isFrozen: IsFrozen = never): Revision {
  const { set, remove } = revision;
  const changes = indexesOf(set, (ds, t) => isKept(keeping, ds, t) && !isFrozen(ds, t));
  const removals = indexesOf(remove, (ds, t) => !isFrozen(ds, t));
  if (changes.length === set.length && removals.length === remove.length) return revision;
  return { set: rowsAt(set, changes), remove: placesAt(remove, removals) };
}

function never(): boolean {
  return false;
}

function indexesOf({ length, ds, t }: Places, isLeft: IsFrozen): number[] {
  const left: number[] = [];
  for (let i = 0; i < length; i++) if (isLeft(ds[i] as number, t[i] as number)) left.push(i);
  return left;
}

function placesAt({ ds, t, n, rec }: Places, indexes: readonly number[]): Places {
  const at = (column: ArrayLike<number>) => indexes.map((i) => column[i] as number);
  return { length: indexes.length, ds: at(ds), t: at(t), n: at(n), rec: at(rec) };
}

function rowsAt(rows: Rows, indexes: readonly number[]): Rows {
  const at = (column: ArrayLike<number>) => indexes.map((i) => column[i] as number);
  const x = new Map<number, string>();
  indexes.forEach((from, to) => {
    const text = rows.x.get(from);
    if (text !== undefined) x.set(to, text);
  });
  const { r, type, q, id } = rows;
  return { ...placesAt(rows, indexes), r: at(r), type: at(type), q: at(q), id: at(id), x };
}
