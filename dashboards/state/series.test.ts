import { expect, test } from 'vitest';
import { changedAt, heldSince, seriesOf } from './series.ts';

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
