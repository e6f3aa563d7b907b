/** Edits of the API in portions: the main thread copies them for the store's. */
import type { EditBatch } from '../../services/model/index.ts';

/** Edits that cross to the store at once. */
const EDITS_AT_ONCE = 1000;

/** One edit, and where it stands among those of its record. */
export interface EditPart {
  readonly batch: EditBatch;
  /** Index of its first edit among those of the record. */
  readonly from: number;
}

/** In their order, a few records or a part of one at a time. */
export function* inParts(batches: readonly EditBatch[]): Generator<EditPart[]> {
  let part: EditPart[] = [];
  let size = 0;
  for (const { rec, edits } of batches) {
    for (let from = 0; from < edits.length; ) {
      const some = edits.slice(from, from + EDITS_AT_ONCE - size);
      part.push({ batch: { rec, edits: some }, from });
      from += some.length;
      size += some.length;
      if (size < EDITS_AT_ONCE) continue;
      yield part;
      part = [];
      size = 0;
    }
  }
  if (part.length > 0) yield part;
}

/** Two portions of about the same size, in order; null: it is a single edit. */
export function halvesOf(parts: readonly EditPart[]): readonly [EditPart[], EditPart[]] | null {
  let size = 0;
  for (const { batch } of parts) size += batch.edits.length;
  if (size < 2) return null;
  const first: EditPart[] = [];
  const second: EditPart[] = [];
  let room = size >> 1;
  for (const { batch, from } of parts) {
    const { rec, edits } = batch;
    const taken = Math.min(room, edits.length);
    room -= taken;
    if (taken > 0) first.push({ batch: { rec, edits: edits.slice(0, taken) }, from });
    if (taken < edits.length) second.push({ batch: { rec, edits: edits.slice(taken) }, from: from + taken });
  }
  return [first, second];
}
