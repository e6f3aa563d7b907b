/** Edits of the API in portions: the main thread copies them for the store's. */
import type { EditBatch } from '../../services/model/index.ts';

/** Edits that cross to the store at once. */
const EDITS_AT_ONCE = 1000;

/** One edit, and where it stands among those of its record. */
export interface EditPart {
  readonly batch: EditBatch;
  /** Index of its first edit among those of the record that are kept. */
  readonly from: number;
  /** Where these stand among all edits of the record; null: all are kept. */
  readonly kept: readonly number[] | null;
}

/** Where an edit of a part stands among all edits of its record. */
export function indexOf({ from, kept }: EditPart, index: number): number {
  return kept?.[from + index] ?? from + index;
}

/** All edits of a record but those that must not be done. */
export function partWithout({ rec, edits }: EditBatch, isOut: (edit: EditBatch['edits'][number]) => boolean): EditPart {
  const kept = [...edits.keys()].filter((i) => !isOut(edits[i]!));
  if (kept.length === edits.length) return { batch: { rec, edits }, from: 0, kept: null };
  return { batch: { rec, edits: kept.map((i) => edits[i]!) }, from: 0, kept };
}

/** In their order, a few records or a part of one at a time. */
export function* inParts(records: readonly EditPart[]): Generator<EditPart[]> {
  let part: EditPart[] = [];
  let size = 0;
  for (const { batch, kept } of records) {
    const { rec, edits } = batch;
    for (let from = 0; from < edits.length; ) {
      const some = edits.slice(from, from + EDITS_AT_ONCE - size);
      part.push({ batch: { rec, edits: some }, from, kept });
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
  for (const { batch, from, kept } of parts) {
    const { rec, edits } = batch;
    const taken = Math.min(room, edits.length);
    room -= taken;
    if (taken > 0) first.push({ batch: { rec, edits: edits.slice(0, taken) }, from, kept });
    if (taken < edits.length) second.push({ batch: { rec, edits: edits.slice(taken) }, from: from + taken, kept });
  }
  return [first, second];
}
