/**
 * Puts that a store refuses for good. Such a row stays where it stood: the removal that belongs to it is not done either, and
 * what later edits do to the row at the place that it never came to, they do to it where it stands.
 */
import type { Edit, EditBatch, EditedRow } from '../model/index.ts';
import { movesIn } from './moves.ts';
import type { RejectedEdit } from './port.ts';

type Remove = Extract<Edit, { op: 'remove' }>;

/** An edit, and where it stands among those of its record. */
export interface NumberedEdit {
  readonly rec: number;
  readonly index: number;
  readonly edit: Edit;
}

/** So many rows that stayed are remembered for the edits behind; then the oldest ones are forgotten. */
const MOST_STAYING = 10_000;

export class RefusedPuts {
  /** Where a row was to stand ▸ how to remove it where it stands. */
  readonly #staying = new Map<string, Remove>();

  /** What is left to do of a record, and what is refused. `why`: what the store says of a row; null: it takes it. */
  leave(
    batch: EditBatch,
    why: (row: EditedRow, index: number) => string | null,
  ): { readonly left: NumberedEdit[]; readonly rejected: RejectedEdit[] } {
    const { rec } = batch;
    const { edits } = this.standing(batch);
    const rejected: RejectedEdit[] = [];
    edits.forEach((edit, index) => {
      const detail = edit.op === 'put' ? why(edit.row, index) : null;
      if (detail !== null) rejected.push({ rec, index, detail });
    });
    const out = new Set<number>();
    const moves = rejected.length === 0 ? null : movesIn(batch.edits);
    for (const { index } of rejected) {
      out.add(index);
      const removal = moves?.get(index);
      if (removal === undefined) continue;
      out.add(removal);
      this.#note(edits[index] as Edit, rec, edits[removal]);
    }
    const numbered = edits.map((edit, index) => ({ rec, index, edit }));
    return { left: numbered.filter(({ index }) => !out.has(index)), rejected };
  }

  /** Another hand has done these edits, and this one of them was refused. */
  refused(batch: EditBatch, index: number): void {
    const edit = batch.edits[index];
    const removal = movesIn(batch.edits).get(index);
    if (edit !== undefined && removal !== undefined) this.#note(edit, batch.rec, batch.edits[removal]);
  }

  /** These edits are done now: what the store still refuses of them is told anew. */
  forget({ rec, edits }: EditBatch): void {
    for (const edit of edits) {
      if (edit.op !== 'put' || this.#staying.size === 0) continue;
      const { ds, t, n } = edit.row;
      for (const number of [n, undefined]) this.#staying.delete(placeOf(ds, t, rec, number));
    }
  }

  /** The edits with their removals where the rows stand; the same batch where they stand as it says. */
  standing(batch: EditBatch): EditBatch {
    if (this.#staying.size === 0) return batch;
    const edits = batch.edits.map((edit) => (edit.op === 'remove' ? this.#where(edit) : edit));
    return edits.every((edit, i) => edit === batch.edits[i]) ? batch : { rec: batch.rec, edits };
  }

  #where(edit: Remove): Remove {
    return this.#staying.get(placeOf(edit.ds, edit.t, edit.rec, edit.n)) ?? edit;
  }

  #note(edit: Edit, rec: number, removal: Edit | undefined): void {
    if (edit.op !== 'put' || removal?.op !== 'remove') return;
    const { ds, t, n } = edit.row;
    const stays = this.#where(removal);
    for (const number of [n, undefined]) this.#staying.set(placeOf(ds, t, rec, number), stays);
    for (const [oldest] of this.#staying) {
      if (this.#staying.size <= MOST_STAYING) break;
      this.#staying.delete(oldest);
    }
  }
}

function placeOf(ds: number, t: number, rec: number, n: number | undefined): string {
  return `${ds}@${t}@${rec}@${n ?? ''}`;
}
