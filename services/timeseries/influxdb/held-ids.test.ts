import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { influxProxy, influxServer, needs } from '../../../test/support/index.ts';
import { batchOf, everything, readRows, scanAll } from '../test-rows.ts';
import { HeldIds, MOST_IDS } from './held-ids.ts';
import { NOW, temporary, testStore } from './test-store.ts';

const id = (k: number) => 2 ** 40 + ((k * 7_919_317_771) % 2 ** 40);

test('whoever is held may be held, few others; before the ids are known all may, and when there are too many', () => {
  const ids = new HeldIds();
  expect([ids.mayBe(id(1)), ids.isWorthKnowing]).toEqual([true, true]);
  ids.begin();
  const many = 500_000;
  for (let k = 0; k < many; k++) ids.add(id(k));
  let held = 0;
  for (let k = 0; k < many; k++) if (ids.mayBe(id(k))) held++;
  expect(held).toBe(many);
  let wrong = 0;
  for (let k = many; k < 2 * many; k++) if (ids.mayBe(id(k))) wrong++;
  expect(wrong / many).toBeLessThan(0.001);
  for (let k = many; k <= MOST_IDS; k++) ids.add(id(k));
  expect(ids.isWorthKnowing).toBe(false);
  expect(ids.mayBe(-1)).toBe(true);
});

describe.skipIf(needs('influxd') === null)('many readings of one instant', () => {
  test('get ids that nobody has, without a question for each, also after a start', async () => {
    const server = await influxServer(join(temporary(), 'server'));
    const proxy = await influxProxy(server.port);
    const folder = temporary();
    const start = async () => {
      const store = testStore(proxy.url, { folder, influxdb: { database: 'ids', lookUpStatements: 1 } });
      await store.start();
      return store;
    };
    const questions = () =>
      [...proxy.seen].reduce((sum, [key, count]) => sum + (key.endsWith('/query') ? count : 0), 0);
    const ties = Array.from({ length: 600 }, (_, k) => ({ ds: 3, t: NOW - 1000 + (k % 2), r: k, rec: 1000 + k }));
    const [some, others] = [batchOf(ties.slice(0, 300)), batchOf(ties.slice(300))];
    const first = await start();
    const before = questions();
    expect(await first.write(some, { mode: 'tie' })).toMatchObject({ inserted: 300 });
    await first.stop();
    const second = await start();
    expect(await second.write(others, { mode: 'tie' })).toMatchObject({ inserted: 300 });
    expect(await second.write(some, { mode: 'tie' })).toMatchObject({ inserted: 0, replayed: 300 });
    expect(questions() - before).toBeLessThan(100);
    const rows = await scanAll(second, everything);
    expect(new Set(rows.map(({ id, t }) => id || t)).size).toBe(600);
    for (const row of rows.filter(({ id }) => id > 0).slice(0, 5))
      expect(readRows((await second.byAssignedId(row.id))!)).toEqual([row]);
    await second.stop();
    await proxy.stop();
    await server.kill();
  });
});
