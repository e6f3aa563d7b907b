import fc from 'fast-check';
import { expect, test } from 'vitest';
import { down, up } from './single.ts';

test('a bound in single precision is never inside the number, and close to it', () => {
  let visited = 0;
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (value) => {
      visited++;
      expect(Math.fround(down(value))).toBe(down(value));
      expect(down(value) <= value && up(value) >= value).toBe(true);
      if (Math.abs(value) > 1e-30 && Math.abs(value) < 1e30) {
        expect((up(value) - down(value)) / Math.abs(value)).toBeLessThan(1e-6);
      }
    }),
    { numRuns: 2000 },
  );
  expect(visited).toBeGreaterThanOrEqual(2000);
  expect([down(1e300), up(1e300)]).toEqual([(2 - 2 ** -23) * 2 ** 127, Number.POSITIVE_INFINITY]);
});
