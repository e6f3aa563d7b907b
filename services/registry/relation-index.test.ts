import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RelationIndex } from './relation-index.ts';

test('an index gives what a naive one gives, ascending, whatever moves in which order', () => {
  const id = fc.integer({ min: 1, max: 4 });
  const move = fc.record({
    other: fc.integer({ min: 1, max: 12 }),
    after: fc.array(id, { maxLength: 10 }),
    read: fc.option(id),
  });
  let moved = 0;
  fc.assert(
    fc.property(fc.array(move, { minLength: 10, maxLength: 60 }), (moves) => {
      const index = new RelationIndex();
      const naive = new Map<number, readonly number[]>();
      const expected = (of: number) =>
        [...naive]
          .filter(([, ids]) => ids.includes(of))
          .map(([other]) => other)
          .sort((a, b) => a - b);
      for (const { other, after, read } of moves) {
        index.move(naive.get(other) ?? [], after, other);
        naive.set(other, after);
        moved += 1;
        if (read !== null) expect(index.get(read) ?? []).toEqual(expected(read));
      }
      for (const of of [1, 2, 3, 4]) {
        expect(index.has(of)).toBe(expected(of).length > 0);
        expect(index.get(of) ?? []).toEqual(expected(of));
      }
      expect([...index.keys()].sort()).toEqual([1, 2, 3, 4].filter((of) => expected(of).length > 0));
    }),
  );
  expect(moved).toBeGreaterThan(500);
});

test('a reader in the middle of a list goes on with what it got', () => {
  const index = new RelationIndex();
  for (const other of [1, 3, 4]) index.move([], [7], other);
  const list = index.get(7);
  index.move([7], [], 1);
  index.move([], [7], 2);
  expect(index.get(7)).toEqual([2, 3, 4]);
  expect(list).toEqual([1, 3, 4]);
});
