import { expect, test } from 'vitest';
import { type Edit, RESULT, type RowBatch } from '../../services/model/index.ts';
import { BatchBuilder } from './batch.ts';
import { splitAtEdits } from './behind-edits.ts';

function batchOf(...rows: [ds: number, t: number, rec: number][]): RowBatch {
  const builder = new BatchBuilder();
  for (const [ds, t, rec] of rows) builder.add(ds, t, RESULT.number, rec, null, 0, rec);
  return builder.take();
}
const records = (batch: RowBatch | null) => (batch === null ? null : [...batch.rec.subarray(0, batch.length)]);
const put = (ds: number, t: number): Edit => ({
  op: 'put',
  row: { ds, t, n: 0, id: 0, type: RESULT.number, r: 1, q: 0, x: null },
});
const remove = (ds: number, t: number): Edit => ({ op: 'remove', ds, t, rec: 1 });

test('rows wait for an edit before them at their own instant, and for no other', () => {
  const batch = batchOf([1, 100, 10], [1, 100, 12], [1, 101, 13], [2, 100, 14], [1, 100, 30]);
  const { before, behind } = splitAtEdits(batch, [
    { rec: 11, edits: [put(1, 100), { op: 'drop', ds: 2 }] },
    { rec: 20, edits: [remove(1, 100), remove(1, 101)] },
  ]);
  expect(records(before)).toEqual([10, 13, 14]);
  expect(records(behind)).toEqual([12, 30]);
});

test('a batch that no edit touches stays the one that it is', () => {
  const batch = batchOf([1, 100, 10], [1, 101, 12]);
  for (const edits of [[], [put(1, 102)], [put(2, 100)], [remove(1, 101)]]) {
    const { before, behind } = splitAtEdits(batch, [{ rec: 12, edits }]);
    expect(before).toBe(batch);
    expect(behind).toBeNull();
  }
});
