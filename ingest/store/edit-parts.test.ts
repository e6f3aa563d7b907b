import { expect, it } from 'vitest';
import type { Edit, EditBatch } from '../../services/model/index.ts';
import { movesIn } from '../../services/timeseries/index.ts';
import { type EditPart, halvesOf, indexOf, inParts, partWithout } from './edit-parts.ts';

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

it('a row that is moved is removed and put in one portion, however many there are and however small the portions', () => {
  const places = Array.from({ length: 1500 }, (_, t) => ({ ds: 1, t, n: 0, rec: 1 }));
  const edits: Edit[] = [
    ...places.map((from): Edit => ({ op: 'remove', ...from })),
    ...places.map((from): Edit => {
      const row = { ds: 1, t: from.t + 1e6, n: 0, id: 0, type: 0, r: 1, q: 0, x: null };
      return { op: 'put', row, from };
    }),
  ];
  let moved = 0;
  const look = (parts: readonly EditPart[]): void => {
    for (const { batch: some, indexes } of parts) {
      expect(some.edits.length).toBeLessThanOrEqual(1001);
      expect(movesIn(some.edits).size).toBe(some.edits.length / 2);
      some.edits.forEach((edit, i) => {
        expect(edit).toBe(edits[indexes?.[i] ?? i]);
      });
    }
    const halves = halvesOf(parts);
    if (halves === null) moved++;
    else for (const half of halves) look(half);
  };
  for (const part of inParts([partWithout({ rec: 7, edits }, () => false)])) look(part);
  expect(moved).toBe(1500);
});
