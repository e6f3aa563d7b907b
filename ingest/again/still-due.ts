/** What is left to do of a change that the store refused, when somebody asks for it again. */
import { EDITED_TIES, type Edit, type EditBatch } from '../../services/model/index.ts';
import { movesIn, type Overlay } from '../../services/timeseries/index.ts';
import { type EditPart, partWithout } from '../store/edit-parts.ts';

type Remove = Extract<Edit, { op: 'remove' }>;

/**
 * A row that was to move stayed where it stood, and people may have changed, moved or deleted it since: then what they did holds,
 * and it is not put anywhere any more.
 */
export async function stillDue(batch: EditBatch, overlay: Pick<Overlay, 'at' | 'occupied'>): Promise<EditPart> {
  const out = new Set<Edit>();
  for (const [put, removal] of movesIn(batch.edits)) {
    const old = batch.edits[removal] as Remove;
    const rows = await overlay.at(old.ds, old.t);
    const stands = Array.from({ length: rows.length }, (_, i) => i).some(
      (i) => rows.rec[i] === old.rec && isOf(rows.n[i] as number, old.n),
    );
    // what never came may come yet
    if (stands || (await overlay.occupied(old.ds, [old.t]))[0] !== true) continue;
    out.add(batch.edits[put] as Edit).add(old);
  }
  return partWithout(batch, (edit) => out.has(edit));
}

/** The store may change numbers, those of devices and those of the API among themselves. */
function isOf(n: number, meant: number | undefined): boolean {
  return meant === undefined || n < EDITED_TIES === meant < EDITED_TIES;
}
