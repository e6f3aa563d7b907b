import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Duration } from '../syntax/index.ts';
import { bucketEdges, edgesAtMost, widthProblem } from './buckets.ts';

const HOUR = 3_600_000;
const at = (text: string) => Date.parse(text);
const edges = (from: string, to: string, width: { months?: number; ms?: number; zone?: string }) =>
  [...bucketEdges(at(from), at(to), { months: 0, ms: 0, zone: null, ...width })].map((t) =>
    new Date(t).toISOString().replace(':00.000Z', 'Z'),
  );
const BERLIN = 'Europe/Berlin';

test('hours and quarters of an hour are real time, aligned to the clock', () => {
  expect(edges('2026-05-01T00:20Z', '2026-05-01T02:00Z', { ms: HOUR })).toEqual([
    '2026-05-01T00:00Z',
    '2026-05-01T01:00Z',
    '2026-05-01T02:00Z',
  ]);
  // The night in which the clocks go back has 25 of them.
  expect(edges('2026-10-24T22:00Z', '2026-10-25T23:00Z', { ms: HOUR, zone: BERLIN })).toHaveLength(26);
  // India is half an hour off.
  expect(edges('2026-05-01T00:00Z', '2026-05-01T00:10Z', { ms: HOUR, zone: 'Asia/Kolkata' })).toEqual([
    '2026-04-30T23:30Z',
    '2026-05-01T00:30Z',
  ]);
});

test('days are those of the zone, 23 and 25 hours long when the clocks change', () => {
  expect(edges('2026-03-28T12:00Z', '2026-03-30T12:00Z', { ms: 24 * HOUR, zone: BERLIN })).toEqual([
    '2026-03-27T23:00Z',
    '2026-03-28T23:00Z',
    '2026-03-29T22:00Z',
    '2026-03-30T22:00Z',
  ]);
  expect(edges('2026-10-24T12:00Z', '2026-10-26T12:00Z', { ms: 24 * HOUR, zone: BERLIN })).toEqual([
    '2026-10-23T22:00Z',
    '2026-10-24T22:00Z',
    '2026-10-25T23:00Z',
    '2026-10-26T23:00Z',
  ]);
});

test('six hours stand on the clock of the zone', () => {
  expect(edges('2026-03-28T23:00Z', '2026-03-29T22:00Z', { ms: 6 * HOUR, zone: BERLIN })).toEqual([
    '2026-03-28T23:00Z',
    '2026-03-29T04:00Z',
    '2026-03-29T10:00Z',
    '2026-03-29T16:00Z',
    '2026-03-29T22:00Z',
  ]);
});

test('weeks begin on Monday, months on their first, years on 1 January', () => {
  expect(edges('2026-05-06T00:00Z', '2026-05-12T00:00Z', { ms: 7 * 24 * HOUR })).toEqual([
    '2026-05-04T00:00Z',
    '2026-05-11T00:00Z',
    '2026-05-18T00:00Z',
  ]);
  expect(edges('2026-02-10T00:00Z', '2026-04-01T00:00Z', { months: 1, zone: BERLIN })).toEqual([
    '2026-01-31T23:00Z',
    '2026-02-28T23:00Z',
    '2026-03-31T22:00Z',
    '2026-04-30T22:00Z',
  ]);
  expect(edges('2026-02-10T00:00Z', '2026-04-01T00:00Z', { months: 12 })).toEqual([
    '2026-01-01T00:00Z',
    '2027-01-01T00:00Z',
  ]);
  // Before 1970 too.
  expect(edges('1969-11-10T00:00Z', '1969-12-01T00:00Z', { months: 3 })).toEqual([
    '1969-10-01T00:00Z',
    '1970-01-01T00:00Z',
  ]);
});

test('edges ascend, begin before the first moment and end behind the last, in every zone', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(1960, 0, 1), max: Date.UTC(2040, 0, 1) }),
      fc.integer({ min: 1, max: 40 * 24 * HOUR }),
      fc.oneof(
        fc.constantFrom(1, 6, 7, 24, 48, 168).map((h) => ({ months: 0, ms: h * HOUR })),
        fc.constantFrom(1, 3, 12).map((months) => ({ months, ms: 0 })),
      ),
      fc.constantFrom(null, BERLIN, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Sao_Paulo'),
      (from, span, width, zone) => {
        const list = [...bucketEdges(from, from + span, { ...width, zone })];
        expect(list[0]!).toBeLessThanOrEqual(from);
        expect(list.at(-1)!).toBeGreaterThanOrEqual(from + span);
        expect(list.at(-2) ?? -Infinity).toBeLessThan(from + span);
        for (let i = 1; i < list.length; i++) expect(list[i]!).toBeGreaterThan(list[i - 1]!);
        expect(list.length).toBeLessThanOrEqual(edgesAtMost(from, from + span, { ...width, zone }));
      },
    ),
    { numRuns: 500 },
  );
});

test('a width that is none is told', () => {
  expect(widthProblem(new Duration(1, 5), null)).toMatch(/months go with no days/);
  expect(widthProblem(new Duration(0, 0), null)).toMatch(/above zero/);
  expect(widthProblem(new Duration(-1, 0), null)).toMatch(/above zero/);
  expect(widthProblem(new Duration(0, 1), 'Atlantis')).toMatch(/no time zone 'Atlantis'/);
  expect(widthProblem(new Duration(0, 1), 'UTC')).toBeNull();
});
