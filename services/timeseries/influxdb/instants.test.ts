import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EARLIEST, LATEST } from '../../model/index.ts';
import { millisecondsOf, nanoseconds, slotOf } from './instants.ts';

test('milliseconds and slot become nanoseconds and come back, without losing a digit', () => {
  const t = fc.oneof(
    fc.integer({ min: EARLIEST, max: LATEST - 1 }),
    fc.integer({ min: -3, max: 3 }),
    fc.constantFrom(EARLIEST, LATEST - 1),
  );
  const slot = fc.oneof(fc.integer({ min: 0, max: 999_999 }), fc.constantFrom(0, 1, 999_999, 2 ** 19));
  fc.assert(
    fc.property(t, slot, (time, part) => {
      const text = nanoseconds(time, part);
      expect(text).toBe((BigInt(time) * 1_000_000n + BigInt(part)).toString());
      expect([millisecondsOf(text), slotOf(text)]).toEqual([time, part]);
    }),
    { numRuns: 2000 },
  );
});

test('small and odd times are read, too', () => {
  const cases = ['0', '1', '-1', '999999', '-999999', '1000000', '-1000000', '-1000001', '-4999999'];
  expect(cases.map((text) => [millisecondsOf(text), slotOf(text)])).toEqual([
    [0, 0],
    [0, 1],
    [-1, 999_999],
    [0, 999_999],
    [-1, 1],
    [1, 0],
    [-1, 0],
    [-2, 999_999],
    [-5, 1],
  ]);
});
