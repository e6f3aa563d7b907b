/** What write number `k` of the crash test stores and edits: the same every time, so that the test can ask for each row. */
import { EDITED_IDS, EDITED_TIES, type EditBatch, RESULT } from '../../model/index.ts';
import type { Revision } from '../port.ts';
import type { TestRow } from '../test-rows.ts';

const NOW = Date.UTC(2026, 10, 1);
const HOUR = 3_600_000;
/** Edits of write k are record EDITS + k. */
const EDITS = 1e9;

export function crashRows(k: number): { rows: TestRow[]; mode: 'first' | 'tie' } {
  const rows: TestRow[] = [];
  for (let i = 0; i < 40; i++) {
    const ds = 1 + ((k * 7 + i) % 60);
    // every third row is late, some are years old, some without a number
    const t = NOW + k * 1000 + i - (i % 3 === 0 ? 30 * HOUR : 0) - (i === 5 ? 20_000 * HOUR * (1 + (k % 4)) : 0);
    rows.push(i % 9 === 0 ? { ds, t, type: RESULT.none, rec: k } : { ds, t, r: (k * i) % 1000, rec: k });
  }
  // every fourth write is a tie: two readings of one instant by different records
  const mode = k % 4 === 3 ? 'tie' : 'first';
  if (mode === 'tie') for (let i = 0; i < 3; i++) rows.push({ ds: 100 + i, t: NOW + i, r: k % 1000, rec: k });
  // a Datastream of its own, which the edits delete
  for (let i = 0; i < 5; i++) rows.push({ ds: 1000 + k, t: NOW + k * 1000 + i * 300 * HOUR, r: i, rec: k });
  return { rows, mode };
}

/** Rows that `crashEdits` removes, as keys. */
export function removedRows(k: number): readonly TestRow[] {
  const { rows } = crashRows(k);
  return [rows[1]!, rows[2]!, rows[5]!, ...rows.slice(-5)];
}

/** One row is removed, two move to other weeks, one is added beside another, a Datastream is deleted. */
export function crashEdits(k: number): { batches: EditBatch[]; moved: TestRow; movedFar: TestRow; added: number } {
  const { rows } = crashRows(k);
  const [, gone, near, , beside, far] = rows;
  const rec = EDITS + k;
  const added = EDITED_IDS + k;
  const bare = { type: RESULT.number, r: 1, q: 0 };
  const remove = ({ ds, t }: TestRow) => ({ op: 'remove', ds, t, rec: k }) as const;
  const to = (row: TestRow, t: number) =>
    ({ op: 'put', row: { ...bare, ds: row.ds, t, n: 0, id: 0, x: { k: [row.ds, row.t] } } }) as const;
  const movedFar = { ds: far!.ds, t: NOW - 60 * 24 * HOUR + k };
  const moved = { ds: near!.ds, t: NOW + 9 * 24 * HOUR + k };
  const edits: EditBatch['edits'] = [
    remove(gone!),
    remove(near!),
    to(near!, moved.t),
    remove(far!),
    to(far!, movedFar.t),
    {
      op: 'put',
      row: { ...bare, ds: beside!.ds, t: beside!.t, n: EDITED_TIES + k, id: added, x: { e: beside!.t + HOUR } },
    },
    { op: 'drop', ds: 1000 + k },
  ];
  return { batches: [{ rec, edits }], moved, movedFar, added };
}

/** Is write k read differently later? Its edits would be in the way, and ties have other numbers. */
export function isRevised(k: number): boolean {
  return k % 12 === 1;
}

/** One row becomes another, one goes. */
export function crashRevision(k: number): { revision: Revision; changed: TestRow; removed: TestRow } {
  const { rows } = crashRows(k);
  const [changed, removed] = [{ ...rows[10]!, r: 5000 + k }, rows[11]!];
  const at = ({ ds, t }: TestRow) => ({ length: 1, ds: [ds], t: [t], n: [0], rec: [k] });
  const set = { ...at(changed), r: [changed.r], type: [RESULT.number], q: [0], id: [0], x: new Map<number, string>() };
  return { revision: { set, remove: at(removed) }, changed, removed };
}
