import { expect, test } from 'vitest';
import { backlogOf } from './backlog.ts';

test('the backlog of the last quarter of an hour is remembered, and no more', () => {
  let now = 0;
  let behind = 0;
  const backlog = backlogOf({ clock: { now: () => now }, behind: () => behind, uplinks: () => now / 10 });
  for (; now < 20 * 60_000; now += 5000) {
    behind = now / 1000;
    backlog.look();
  }
  expect(backlog.samples).toHaveLength(180);
  expect(backlog.samples[0]).toEqual([300_000, 300, 30_000]);
  expect(backlog.samples.at(-1)).toEqual([1_195_000, 1195, 119_500]);
});

test('it begins with the hub and ends with it', () => {
  const backlog = backlogOf({ clock: { now: () => 7 }, behind: () => 3, uplinks: () => 2 });
  expect(backlog.samples).toEqual([]);
  backlog.start();
  backlog.stop();
  expect(backlog.samples).toEqual([[7, 3, 2]]);
});
