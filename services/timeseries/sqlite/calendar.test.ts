import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EARLIEST, LATEST } from '../../model/index.ts';
import { Calendar, weekStart } from './calendar.ts';

const calendar = new Calendar(weekStart(Date.UTC(2024, 10, 21)), weekStart(Date.UTC(2041, 10, 21)));

test.each([
  ['2025-12-31', 'default-2026-W01'],
  ['2026-12-31', 'default-2026-W53'],
  ['2027-01-03T23:59:59.999Z', 'default-2026-W53'],
  ['2027-01-04', 'default-2027-W01'],
  ['2024-11-17T23:59:59.999Z', 'default-2020s'],
  ['2024-11-18', 'default-2024-W47'],
  ['1969-12-31', 'default-1960s'],
  ['1700-01-01', 'default-1700s'],
  ['2200-01-01', 'default-future'],
])('a reading of %s is kept in %s', (time, name) => {
  expect(calendar.spanOf(Date.parse(time)).name).toBe(name);
});

test('every time lies in the span of its partition, and the name alone gives that span again', () => {
  fc.assert(
    fc.property(fc.integer({ min: EARLIEST, max: LATEST - 1 }), (t) => {
      const span = calendar.spanOf(t);
      expect(span.from <= t && t < span.to).toBe(true);
      expect(calendar.parse(span.name)).toEqual(span);
    }),
    { numRuns: 2000 },
  );
});

test('neighbouring partitions touch without a gap or an overlap', () => {
  let visited = 0;
  for (let t = EARLIEST; t < LATEST; visited++) {
    const span = calendar.spanOf(t);
    expect(calendar.spanOf(span.from).name).toBe(span.name);
    if (t !== EARLIEST) expect(span.from).toBe(t);
    t = span.to;
  }
  expect(visited).toBe(33 + Math.round((calendar.weeksTo - calendar.weeksFrom) / (7 * 86_400_000)) + 1);
});

test.each(['default-2024-W46', 'default-2026-W54', 'default-2030s', 'other-2026-W01', 'meta', ''])(
  '%s is no partition of this store',
  (name) => {
    expect(calendar.parse(name)).toBeNull();
  },
);
