import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortRows } from './sort.ts';

test('rows are sorted by Datastream and time, and those of one instant keep the order in which they came', () => {
  let visited = 0;
  const row = fc.record({
    ds: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 2 ** 31 - 1 })),
    t: fc.integer({ min: -3, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
      visited++;
      const keys = { ds: Int32Array.from(rows, (r) => r.ds), t: Float64Array.from(rows, (r) => r.t) };
      const expected = rows
        .map((_, i) => i)
        .sort((a, b) => rows[a]!.ds - rows[b]!.ds || rows[a]!.t - rows[b]!.t || a - b);
      expect([...sortRows(Uint32Array.from(rows.keys()), keys)]).toEqual(expected);
    }),
    { numRuns: 500 },
  );
  expect(visited).toBeGreaterThanOrEqual(500);
});
