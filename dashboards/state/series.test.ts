import { expect, test } from 'vitest';
import { changedAt, heldSince, seriesOf, spanOf } from './series.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

test('a gap in measured numbers stays a gap', () => {
  const times = [0, 10, 20, 30, 200, 210].map((minute) => minute * MINUTE);
  const { values } = seriesOf({ times, results: [1, 2, 3, 4, 5, 6], cut: false }, 220 * MINUTE, DAY);
  expect(values).toEqual([1, 2, 3, 4, null, 5, 6]);
});

test('a state holds until it changes, up to now, but not through a day of silence', () => {
  const times = [0, 300 * MINUTE, 3 * DAY];
  const { values, times: drawn } = seriesOf({ times, results: [true, false, true], cut: false }, 3 * DAY + MINUTE, DAY);
  expect(values).toEqual([1, 0, null, 1, 1]);
  expect(drawn.at(-1)).toBe((3 * DAY + MINUTE) / 1000);
  expect(drawn).toEqual([...drawn].sort((a, b) => a - b));
});

test('texts and broken results have no chart', () => {
  expect(seriesOf({ times: [1, 2, 3], results: ['a', null, {}], cut: false }, 4, DAY).values).toEqual([]);
});

test('a state has changed where its last value began', () => {
  expect(changedAt({ times: [1, 2, 3, 4], results: [true, false, true, true], cut: false })).toBe(3);
  expect(changedAt({ times: [1, 2], results: [true, true], cut: false })).toBeNull();
  expect(changedAt({ times: [], results: [], cut: false })).toBeNull();
});

test('one message says nothing about how long it has been so; several of the same say since the first', () => {
  expect(heldSince({ times: [5], results: [true], cut: false })).toBeNull();
  expect(heldSince({ times: [5, 9], results: [true, true], cut: false })).toBe(5);
  expect(heldSince({ times: [5, 9], results: [true, false], cut: false })).toBeNull();
  expect(heldSince({ times: [], results: [], cut: false })).toBeNull();
});

test('booleans are drawn as truths, and a count of 0 and 1 as numbers', () => {
  expect(seriesOf({ times: [1, 2], results: [true, false], cut: false }, 3, DAY).truth).toBe(true);
  expect(seriesOf({ times: [1, 2], results: [1, 0], cut: false }, 3, DAY).truth).toBe(false);
});

test('over few days a chart shows what came, then means of hours, then of days; a state is shown as it was for a week', () => {
  expect([24, 48, 49, 168, 720, 744, 745, 8760].map((hours) => spanOf(hours, false))).toEqual([
    null,
    null,
    'hour',
    'hour',
    'hour',
    'hour',
    'day',
    'day',
  ]);
  expect([24, 168, 720, 8760].map((hours) => spanOf(hours, true))).toEqual([null, null, 'day', 'day']);
});

test('means keep their smallest and largest value, and both have the gaps of the means', () => {
  const times = [0, 1, 2, 12, 13].map((hour) => hour * 60 * MINUTE);
  const means = { span: 'hour' as const, low: [0, 1, 2, 3, null], high: [9, 9, 9, 9, 9] };
  const series = seriesOf({ times, results: [5, 5, 5, 5, null], cut: false, means }, 14 * 60 * MINUTE, DAY);
  expect(series).toMatchObject({
    values: [5, 5, 5, null, 5],
    truth: false,
    means: { span: 'hour', low: [0, 1, 2, null, 3], high: [9, 9, 9, null, 9] },
  });
  expect(seriesOf({ times, results: [1, 2, 3, 4, 5], cut: false }, 0, DAY).means).toBeNull();
});
