import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Pace } from './pace.ts';
import { sortInSteps } from './sort-in-steps.ts';
import { Turns } from './turns.ts';

const clock = { now: () => 0 };

test('the sort in steps gives what a stable sort gives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 3000, size: 'max' }), async (keys) => {
      const items = keys.map((key, at) => ({ key, at }));
      const pace = new Pace(clock, new Turns(() => false), 60_000);
      const sorted = await sortInSteps(items, (a, b) => a.key - b.key, pace);
      expect(sorted).toEqual(items.toSorted((a, b) => a.key - b.key));
    }),
    { numRuns: 100 },
  );
});

test('it lets others run in between', async () => {
  const items = Array.from({ length: 200_000 }, (_, i) => (i * 7919) % 200_003);
  let turns = 0;
  let sorting = true;
  const count = () => {
    turns++;
    if (sorting) setImmediate(count);
  };
  setImmediate(count);
  await sortInSteps(items, (a, b) => a - b, new Pace(clock, new Turns(() => false), 60_000));
  sorting = false;
  expect(turns).toBeGreaterThan(5);
});
