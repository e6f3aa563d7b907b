import { expect, test } from 'vitest';
import { RESULT } from '../services/model/index.ts';
import { LatestValues, memoryStore, Overlay, type TimeseriesStore } from '../services/timeseries/index.ts';
import { LatestAsker } from './latest-asker.ts';
import { BatchBuilder } from './stages/batch.ts';

const NOW = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;

async function asked(store: TimeseriesStore, stored: () => number | null) {
  const rows = new BatchBuilder();
  for (let ds = 1; ds <= 2500; ds++) rows.add(ds, NOW - HOUR, RESULT.number, ds, null, 0, ds);
  rows.add(7, NOW + HOUR, RESULT.number, 70, null, 2, 3000);
  rows.add(9, NOW - 2 * HOUR, RESULT.text, Number.NaN, '{"v":"voll"}', 0, 3001);
  await store.write(rows.take());
  const latest = new LatestValues();
  for (let ds = 1; ds <= 2501; ds++) latest.doubt(ds);
  const overlay = new Overlay({ store, latest, maxEdits: 1000, waitMs: 1000 });
  return { latest, asker: new LatestAsker({ latest, overlay, clock: { now: () => NOW }, stored }) };
}

test('without a file all is asked of the store, the future apart from the present', async () => {
  const { latest, asker } = await asked(memoryStore(), () => 5000);
  expect([latest.get(1), latest.newest(1), latest.extent(1)]).toEqual([null, undefined, undefined]);
  asker.wake();
  await expect.poll(() => latest.doubts(5000, 1).length).toBe(0);
  await asker.stop();
  expect(latest.size).toBe(2500);
  expect(latest.get(7)).toMatchObject({ t: NOW - HOUR, result: 7 });
  expect(latest.newest(7)).toMatchObject({ t: NOW + HOUR, r: 70 });
  expect(latest.extent(9)).toEqual({ first: NOW - 2 * HOUR, last: NOW - HOUR });
  expect([latest.get(2501), latest.newest(2501), latest.extent(2501)]).toEqual([null, null, null]);
});

test('nothing is asked while too much is under way', async () => {
  let stored: number | null = null;
  const { latest, asker } = await asked(memoryStore(), () => stored);
  asker.wake();
  await asker.stop();
  expect(latest.newest(1)).toBeUndefined();
  stored = 5000;
  expect(latest.doubts(stored, 5)).toHaveLength(5);
});
