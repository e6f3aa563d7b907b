/** Rows of devices as their records are read now [docs/semantics.md, Decoding again], in a partition that is open for writing. */
import type { PlainRows } from '../columns.ts';
import { claimOf } from '../extra.ts';
import type { ReviseRequest } from '../threads/requests.ts';
import type { Aliases } from './aliases.ts';
import type { Claims } from './claims.ts';
import type { EditSession } from './edit-session.ts';
import type { Content } from './slices.ts';
import type { WritablePartition } from './writable-partition.ts';

export interface RevisingPorts {
  readonly aliases: Aliases;
  readonly claims: Claims;
}

/** (ds, t, n), and the record that must have brought what stands there. */
interface RowPlace {
  readonly ds: number;
  readonly t: number;
  readonly n: number;
  readonly rec: number;
}

/** Text, objects and none have no number. */
function contentOf({ r, type, q, x }: PlainRows, i: number): Content {
  return { r: type[i]! <= 1 ? r[i]! : null, type: type[i]!, q: q[i]!, x: x.get(i) ?? null };
}

/** True: the row stood there and is another one now. */
function reviseRow({ slices }: WritablePartition, { ds, t, n, rec }: RowPlace, content: Content): boolean {
  const row = slices.standing(ds, t).find((other) => other.n === n && other.rec === rec);
  return row !== undefined && slices.revise(ds, t, row, content);
}

/** True: the row stood there and is gone, with its id, and without a tombstone. */
function takeRow(
  { slices }: WritablePartition,
  { ds, t, n, rec }: RowPlace,
  { aliases, claims }: RevisingPorts,
): boolean {
  const row = slices.standing(ds, t).find((other) => other.n === n && other.rec === rec);
  if (row === undefined || row.edited !== 0) return false;
  slices.remove(ds, t, row);
  if (row.id !== null) aliases.release(row.id, ds, t, n);
  const claim = claimOf(row.x);
  if (claim !== null) claims.release(claim, ds, t, n);
  return true;
}

/** Yields between durable steps of so many rows; returns how many were changed and removed. */
export function* revise(
  session: EditSession,
  { set, remove }: Pick<ReviseRequest, 'set' | 'remove'>,
  ports: RevisingPorts,
  rowsPerStep: number,
): Generator<void, { changed: number; removed: number }> {
  const done = { changed: 0, removed: 0 };
  try {
    for (let i = 0; i < set.length + remove.length; i++) {
      const at = i < set.length ? i : i - set.length;
      const { ds, t, n, rec } = i < set.length ? set : remove;
      const place = { ds: ds[at]!, t: t[at]!, n: n[at]!, rec: rec[at]! };
      if (i < set.length) {
        const content = contentOf(set, at);
        if (session.within(place.t, (partition) => reviseRow(partition, place, content))) done.changed++;
      } else if (session.within(place.t, (partition) => takeRow(partition, place, ports))) done.removed++;
      if ((i + 1) % rowsPerStep !== 0) continue;
      session.commit();
      yield;
    }
    session.commit();
    return done;
  } catch (error) {
    session.rollback();
    throw error;
  }
}
