import { expect, test } from 'vitest';
import type { LatestReader } from '../../../services/timeseries/index.ts';
import { Time } from '../syntax/index.ts';
import { cityStore, NOW } from '../testing/index.ts';
import { Extents } from './extents.ts';
import { Pace } from './pace.ts';
import { Turns } from './turns.ts';

const HOUR = 3_600_000;
const pace = new Pace({ now: () => NOW }, new Turns(() => false), 60_000);

test('extents come from memory; the store is asked once, for those that memory does not know', async () => {
  const store = await cityStore();
  const asked: unknown[] = [];
  const known = new Map([
    [1, { first: 5, last: 6 }],
    [2, null],
  ]);
  const latest: LatestReader = { get: () => null, newest: () => undefined, extent: (id) => known.get(id) };
  const extents = new Extents(latest, {
    ...({} as typeof store),
    extents: (ids) => {
      asked.push(ids);
      return store.extents(ids);
    },
  });
  for (let i = 0; i < 2; i++) await extents.load([5, 1, 4, 2, 3], pace);
  expect(asked).toEqual([[3, 4, 5]]);
  expect([1, 2, 3, 5].map((id) => extents.of(id))).toEqual([
    new Time(5, 6),
    null,
    new Time(NOW - 24 * HOUR, NOW - HOUR),
    null,
  ]);
  // a reading that came meanwhile is seen at once
  known.set(1, { first: 5, last: 7 });
  expect(extents.of(1)).toEqual(new Time(5, 7));
});
