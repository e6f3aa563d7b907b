/**
 * Edits of the API in portions: the main thread copies them for the store's. What belongs together stays together: a row that is
 * moved is not removed where its put is in another portion.
 */
import type { EditBatch } from '../../services/model/index.ts';
import { movesIn } from '../../services/timeseries/index.ts';

/** Edits that cross to the store at once. */
const EDITS_AT_ONCE = 1000;

/** Some edits of a record. */
export interface EditPart {
  readonly batch: EditBatch;
  /** Where they stand among all edits of the record; null: they are all of them. */
  readonly indexes: readonly number[] | null;
}

/** Where an edit of a part stands among all edits of its record. */
export function indexOf({ indexes }: EditPart, index: number): number {
  return indexes?.[index] ?? index;
}

/** All edits of a record but those that must not be done. */
export function partWithout(batch: EditBatch, isOut: (edit: EditBatch['edits'][number]) => boolean): EditPart {
  const kept = [...batch.edits.keys()].filter((i) => !isOut(batch.edits[i]!));
  const whole = { batch, indexes: null };
  return kept.length === batch.edits.length ? whole : partOf(whole, kept);
}

/** In their order, a few records or a part of one at a time. */
export function* inParts(records: readonly EditPart[]): Generator<EditPart[]> {
  let part: EditPart[] = [];
  let size = 0;
  for (const record of records) {
    for (const some of cut(record, () => EDITS_AT_ONCE - size)) {
      part.push(some);
      size += some.batch.edits.length;
      if (size < EDITS_AT_ONCE) continue;
      yield part;
      part = [];
      size = 0;
    }
  }
  if (part.length > 0) yield part;
}

/** Two portions of about the same size, in order; null: it is a single change of a row. */
export function halvesOf(parts: readonly EditPart[]): readonly [EditPart[], EditPart[]] | null {
  const units = parts.map(({ batch }) => unitsOf(batch.edits));
  const count = units.reduce((sum, { length }) => sum + length, 0);
  if (count < 2) return null;
  const first: EditPart[] = [];
  const second: EditPart[] = [];
  let room = count >> 1;
  parts.forEach((part, i) => {
    const taken = Math.min(room, units[i]!.length);
    room -= taken;
    if (taken > 0) first.push(partOf(part, units[i]!.slice(0, taken).flat()));
    if (taken < units[i]!.length) second.push(partOf(part, units[i]!.slice(taken).flat()));
  });
  return [first, second];
}

/** Pieces of so many edits, or one more. */
function* cut(part: EditPart, room: () => number): Generator<EditPart> {
  if (part.batch.edits.length <= room()) {
    if (part.batch.edits.length > 0) yield part;
    return;
  }
  let some: number[] = [];
  for (const unit of unitsOf(part.batch.edits)) {
    some.push(...unit);
    if (some.length < room()) continue;
    yield partOf(part, some);
    some = [];
  }
  if (some.length > 0) yield partOf(part, some);
}

/** Indexes of what is done as one: an edit, or a removal with the put that belongs to it. */
function unitsOf(edits: EditBatch['edits']): number[][] {
  const puts = new Map<number, number[]>();
  const moves = movesIn(edits);
  for (const [put, removal] of moves) puts.set(removal, [...(puts.get(removal) ?? []), put]);
  return [...edits.keys()].filter((i) => !moves.has(i)).map((i) => [i, ...(puts.get(i) ?? [])]);
}

function partOf(part: EditPart, some: readonly number[]): EditPart {
  const ascending = [...some].sort((a, b) => a - b);
  const { rec, edits } = part.batch;
  const indexes = ascending.map((i) => indexOf(part, i));
  return { batch: { rec, edits: ascending.map((i) => edits[i]!) }, indexes };
}
