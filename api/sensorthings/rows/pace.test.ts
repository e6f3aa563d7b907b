import { expect, test } from 'vitest';
import { Pace } from './pace.ts';
import { Turns } from './turns.ts';

/** Works for so long without letting go. */
function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
const pace = () => new Pace({ now: () => 0 }, new Turns(() => false), 1000);

test('long steps are followed by a look at the clock from the first one on', () => {
  const one = pace();
  let steps = 0;
  do {
    work(4);
    steps++;
  } while (!one.stepDue());
  expect(steps).toBe(1);
});

test('after many short steps no more than 32 long ones come before the next look', async () => {
  const one = pace();
  for (let i = 0; i < 1000; i++) one.stepDue();
  await one.breathe();
  let steps = 0;
  do {
    work(0.5);
    steps++;
  } while (!one.stepDue());
  expect(steps).toBeLessThanOrEqual(32);
  steps = 0;
  await one.breathe();
  do {
    work(4);
    steps++;
  } while (!one.stepDue());
  expect(steps).toBe(1);
});
