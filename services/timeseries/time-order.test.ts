import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Columns } from './columns.ts';
import { timeOrder } from './time-order.ts';

test('rows are sorted by time, Datastream and tie, in narrow windows and in wide ones', () => {
  let visited = 0;
  const row = fc.record({ t: fc.integer({ min: 0, max: 4 }), ds: fc.integer({ min: 1, max: 4 }), n: fc.nat(2) });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 50 }), fc.constantFrom(1, 1000, 100_000_000, 2 ** 31), (found, scale) => {
      visited++;
      const from = -7_000_000_000_000;
      const rows = new Columns(1);
      for (const { t, ds, n } of found) rows.push(ds, from + t * scale, n, 1, 0, 1, 0, 0, null);
      const keys = [...timeOrder(rows, from, from + 4 * scale)].map((i) => [rows.t[i], rows.ds[i], rows.n[i]]);
      const expected = found.map(({ t, ds, n }) => [from + t * scale, ds, n] as const);
      expect(keys).toEqual(expected.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]));
    }),
    { numRuns: 500 },
  );
  expect(visited).toBeGreaterThanOrEqual(500);
});
