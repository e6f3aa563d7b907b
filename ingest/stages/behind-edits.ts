/**
 * Which rows of a batch come behind an edit of the API at their instant. They are written behind it too, so that the tie
 * numbers of an instant follow the journal, whatever came into one batch.
 */
import type { EditBatch, RowBatch } from '../../services/model/index.ts';
import { pick } from './batch.ts';

/** `before`: the batch itself where no row has to wait. */
export function splitAtEdits(
  batch: RowBatch,
  edits: readonly EditBatch[],
): { readonly before: RowBatch; readonly behind: RowBatch | null } {
  const together = { before: batch, behind: null };
  const streams = new Set<number>();
  for (const { ds } of placesOf(edits)) streams.add(ds);
  // mostly devices and people write to different Datastreams, and then this is all
  const touched = new Set<number>();
  for (let i = 0; i < batch.length; i++) if (streams.has(batch.ds[i] as number)) touched.add(batch.ds[i] as number);
  if (touched.size === 0) return together;
  const first = firstEdits(edits, touched);
  const before: number[] = [];
  const behind: number[] = [];
  for (let i = 0; i < batch.length; i++) {
    const edited = first.get(batch.ds[i] as number)?.get(batch.t[i] as number);
    (edited !== undefined && edited < (batch.rec[i] as number) ? behind : before).push(i);
  }
  if (behind.length === 0) return together;
  return { before: pick(batch, before), behind: pick(batch, behind) };
}

/** Datastream ▸ time ▸ record of the first edit there. */
function firstEdits(edits: readonly EditBatch[], streams: ReadonlySet<number>): Map<number, Map<number, number>> {
  const first = new Map<number, Map<number, number>>();
  for (const { ds, t, rec } of placesOf(edits)) {
    if (!streams.has(ds)) continue;
    let times = first.get(ds);
    if (times === undefined) {
      times = new Map();
      first.set(ds, times);
    }
    if (!times.has(t)) times.set(t, rec);
  }
  return first;
}

function* placesOf(batches: readonly EditBatch[]): Generator<{ ds: number; t: number; rec: number }> {
  for (const { rec, edits } of batches) {
    for (const edit of edits) {
      if (edit.op === 'put') yield { ds: edit.row.ds, t: edit.row.t, rec };
      else if (edit.op === 'remove') yield { ds: edit.ds, t: edit.t, rec };
    }
  }
}
