import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EARLIEST, isoTime, LATEST } from '../../../services/model/index.ts';
import { Time } from '../syntax/index.ts';
import { TimeText } from './time-text.ts';

test('times are printed as isoTime prints them, whatever was printed before', () => {
  const times = new TimeText();
  const near = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 0, 3) });
  fc.assert(
    fc.property(fc.oneof(near, fc.integer({ min: EARLIEST, max: LATEST })), (ms) => {
      expect(times.instant(ms)).toBe(isoTime(ms));
    }),
    { numRuns: 5000 },
  );
});

test('an interval is printed with both its ends', () => {
  const times = new TimeText();
  expect(times.of(new Time(0, 1))).toBe('1970-01-01T00:00:00.000Z/1970-01-01T00:00:00.001Z');
  expect(times.of(new Time(1000))).toBe('1970-01-01T00:00:01.000Z');
  expect(times.of(new Time(1000, 1000, 7))).toBe('1970-01-01T00:00:01.000007Z');
  expect(times.of(new Time(1000, 2000, 70))).toBe('1970-01-01T00:00:01.000070Z/1970-01-01T00:00:02.000Z');
});
