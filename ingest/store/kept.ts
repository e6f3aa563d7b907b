/** Rows that are not stored, because their class keeps nothing so old, or because they were erased by order. */
import { setImmediate as turn } from 'node:timers/promises';
import type { RowBatch } from '../../services/model/index.ts';
import { pick } from '../stages/batch.ts';

/** What ingest asks of what is kept, for each row; see Policies of services/history. */
export interface Keeping {
  /** No row of this Datastream before this time is stored any more, milliseconds; −Infinity: all are. */
  keptFrom(datastream: number): number;
  /** Was this instant of this Datastream erased by order? */
  erased(datastream: number, t: number): boolean;
}

/** Is a row stored at all? */
export function isKept(keeping: Keeping | undefined, datastream: number, t: number): boolean {
  return keeping === undefined || (t >= keeping.keptFrom(datastream) && !keeping.erased(datastream, t));
}

export interface Kept {
  /** The batch itself where all are kept. */
  readonly rows: RowBatch;
  /** Indexes of the others, in the batch. */
  readonly expired: readonly number[];
  readonly erased: readonly number[];
}

/** Looked at so many at a time. */
const AT_ONCE = 20_000;

export async function keptOf(batch: RowBatch, keeping: Keeping | undefined): Promise<Kept> {
  const expired: number[] = [];
  const erased: number[] = [];
  if (keeping === undefined || batch.length === 0) return { rows: batch, expired, erased };
  const since = new Map<number, number>();
  for (let i = 0; i < batch.length; i++) {
    if (i > 0 && i % AT_ONCE === 0) await turn();
    const ds = batch.ds[i] as number;
    const t = batch.t[i] as number;
    let from = since.get(ds);
    if (from === undefined) {
      from = keeping.keptFrom(ds);
      since.set(ds, from);
    }
    if (t < from) expired.push(i);
    else if (keeping.erased(ds, t)) erased.push(i);
  }
  if (expired.length + erased.length === 0) return { rows: batch, expired, erased };
  const left = new Set([...expired, ...erased]);
  const kept: number[] = [];
  for (let i = 0; i < batch.length; i++) if (!left.has(i)) kept.push(i);
  return { rows: pick(batch, kept), expired, erased };
}
