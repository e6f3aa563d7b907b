import { expect, test } from 'vitest';
import { backOff } from './back-off.ts';

test('the wait before a reconnect doubles up to its limit, and half of it is left to chance', () => {
  const longest = Array.from({ length: 9 }, (_, n) => backOff(n, 500, 20_000, () => 1));
  expect(longest).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000, 20_000]);
  expect(backOff(3, 500, 20_000, () => 0)).toBe(2000);
  expect(backOff(10_000, 500, 20_000, () => 1)).toBe(20_000);
});
