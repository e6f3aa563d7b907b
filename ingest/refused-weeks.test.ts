/** One device with a wrong clock must not keep the others from a store that has no room for another week. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../services/model/index.ts';
import { sqliteStore, options as storeOptions } from '../services/timeseries/index.ts';
import { NOON, registerDevice, testHub } from './testing/city.ts';

const WEEK = 7 * 86_400_000;

test('readings of weeks beyond timeseries.maxPartitions become dead letters, the others are stored, and a larger store takes them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weeks-'));
  const start = async (maxPartitions: number) => {
    const options = storeOptions.parse({ maxPartitions });
    const store = sqliteStore({ folder: join(folder, 'timeseries'), options, clock: systemClock });
    await store.start();
    return { store, hub: await testHub(folder, store) };
  };
  const all = { datastreams: null, from: null, to: null, order: 'id', offset: 0, limit: 100 } as const;
  const small = await start(2);
  await registerDevice(small.hub);
  for (const [k, weeks] of [0, -1, -2, -3, 0, -1, 0].entries())
    await small.hub.send({ time: NOON + weeks * WEEK + k * 60_000, identity: `u${k}` });
  await small.hub.stored();
  expect(small.hub.ledger.deadLetterCounts()).toEqual({ 'store.rejected': 2 });
  const [letter] = small.hub.ledger.deadLetters({}, 1).letters;
  expect(letter?.detail).toContain('timeseries.maxPartitions allows 2');
  expect(await small.store.count(all)).toBe(5 * 2);
  await small.hub.stop();
  await small.store.stop();
  const large = await start(10);
  const { id } = await large.hub.again.requeue(
    { filter: { code: 'store.rejected' }, records: null },
    false,
    'operator',
  );
  await large.hub.again.settled(id, 10_000);
  await large.hub.stored();
  expect(large.hub.ledger.deadLetterCounts()).toEqual({});
  expect(await large.store.count(all)).toBe(7 * 2);
  await large.hub.stop();
  await large.store.stop();
  rmSync(folder, { recursive: true });
});
