import { expect, it } from 'vitest';
import type { Edit, EditBatch } from '../../services/model/index.ts';
import { halvesOf, indexOf, inParts, partWithout } from './edit-parts.ts';

const batch = (rec: number, length: number): EditBatch => ({
  rec,
  edits: Array.from({ length }, (_, t): Edit => ({ op: 'remove', ds: 1, t, rec: 1 })),
});
const isOut = (edit: Edit) => edit.op === 'remove' && edit.t % 3 === 0;

it('an edit is called by its place in the record as it came, whatever was left out and however it was cut', () => {
  const records = [
    partWithout(batch(7, 2500), isOut),
    partWithout(batch(8, 10), () => false),
    partWithout(batch(9, 4), isOut),
  ];
  let seen = 0;
  const look = (parts: ReturnType<typeof halvesOf> extends readonly [infer P, unknown] | null ? P : never): void => {
    for (const part of parts)
      part.batch.edits.forEach((edit, i) => {
        expect(edit).toMatchObject({ t: indexOf(part, i) });
        seen++;
      });
  };
  for (const part of inParts(records)) {
    look(part);
    const [first, second] = halvesOf(part)!;
    look(first);
    look(second);
    for (const quarter of halvesOf(second)!) look(quarter);
  }
  const kept = 2500 - 834 + 10 + 2;
  expect(seen).toBeGreaterThanOrEqual(2 * kept);
});
