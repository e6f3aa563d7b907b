import { expect, test } from 'vitest';
import { Hidden } from './hidden.ts';
import { placesOf } from './test-planted.ts';

const row = { ds: 1, t: 5, n: 0, rec: 7 };

test('a row is hidden by its whole place, and shows again at once when it is restored', () => {
  const hidden = new Hidden();
  hidden.add(placesOf([row, { ...row, n: 1 }]));
  expect(hidden.has(1, 5, 0, 7)).toBe(true);
  expect([hidden.has(2, 5, 0, 7), hidden.has(1, 6, 0, 7), hidden.has(1, 5, 2, 7), hidden.has(1, 5, 0, 8)]).toEqual(
    new Array(4).fill(false),
  );
  hidden.delete(placesOf([row]));
  expect([hidden.has(1, 5, 0, 7), hidden.has(1, 5, 1, 7), hidden.within(1)]).toEqual([false, true, true]);
  hidden.delete(placesOf([{ ...row, n: 1 }]));
  expect([hidden.within(1), hidden.any]).toEqual([false, false]);
});

test('a row whose point is deleted stays hidden until the requests from before have ended', () => {
  const hidden = new Hidden();
  hidden.add(placesOf([row]));
  hidden.leave(placesOf([row]), 4);
  hidden.settle(2);
  expect(hidden.has(1, 5, 0, 7)).toBe(true);
  hidden.settle(4);
  expect(hidden.any).toBe(false);
});

test('a row that is removed once more meanwhile stays hidden', () => {
  const hidden = new Hidden();
  hidden.add(placesOf([row]));
  hidden.leave(placesOf([row]), 4);
  hidden.delete(placesOf([row]));
  hidden.add(placesOf([row]));
  hidden.settle(Number.POSITIVE_INFINITY);
  expect(hidden.has(1, 5, 0, 7)).toBe(true);
});
