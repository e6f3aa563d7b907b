import { expect, test } from 'vitest';
import { roomFor } from './view.ts';

test('a label of 90 pixels, its name below it and the scale have room at every edge', () => {
  for (const [width, height] of [
    [1440, 700],
    [390, 500],
  ] as const) {
    const { top, right, bottom, left } = roomFor(width, height, 0);
    expect(Math.min(left, right)).toBeGreaterThanOrEqual(45);
    expect(top).toBeGreaterThanOrEqual(40);
    expect(bottom).toBeGreaterThanOrEqual(70);
  }
});

test('the open legend is left free of signs', () => {
  expect(roomFor(1440, 700, 316).left - 316).toBe(roomFor(1440, 700, 0).left);
});

test('a map that is too small keeps a part for what it shows', () => {
  const { top, right, bottom, left } = roomFor(300, 100, 316);
  expect(300 - left - right).toBeCloseTo(105);
  expect(100 - top - bottom).toBeCloseTo(35);
});
