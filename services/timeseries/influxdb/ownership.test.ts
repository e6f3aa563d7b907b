/** Whose store it is: another hub does not touch it, nor does one that was put back to before what the store has. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type InfluxServer, influxServer, needs, newStage } from '../../../test/support/index.ts';
import type { TimeseriesStore } from '../port.ts';
import { batchOf } from '../test-rows.ts';
import { insist, temporary, testStore } from './test-store.ts';

const row = (rec: number) => ({ ds: 7, t: 1_700_000_000_000 + rec * 1000, r: rec, rec });

describe.skipIf(needs('influxd') === null)('the owner of a store in InfluxDB', () => {
  const stage = newStage();
  afterAll(() => stage.end());
  let server: InfluxServer;
  let database = 0;
  beforeAll(async () => {
    server = await influxServer(stage.path('influxd'));
    stage.later(() => server.kill());
  }, 60_000);
  beforeEach(() => {
    database++;
  });

  const hubs = new Map<string, string>();
  /** A hub with its folder, started with a journal that ends with this record. */
  const open = async (hub: string, last: number, takeOver = false): Promise<TimeseriesStore> => {
    const name = `${database}/${hub}`;
    const folder = hubs.get(name) ?? temporary();
    hubs.set(name, folder);
    const influxdb = { database: `db${database}`, takeOver };
    const store = testStore(server.url, { folder, influxdb, owner: { hub, last } });
    await store.start();
    return store;
  };
  const points = async (): Promise<unknown> =>
    JSON.stringify(await server.query('SELECT * FROM /.*/; SELECT * FROM history./.*/', `db${database}`));

  test('is the hub that made it; another one is refused everything and leaves no trace', async () => {
    const ours = await open('ours', 0);
    await insist(() => ours.write(batchOf([row(1), row(2)])));
    await ours.stop();
    const before = await points();
    const theirs = await open('theirs', 50);
    const refused = { code: 'store.foreign', message: expect.stringContaining('belongs to another hub (ours)') };
    await expect(theirs.write(batchOf([row(3)]))).rejects.toMatchObject(refused);
    await expect(theirs.edit([{ rec: 4, edits: [{ op: 'drop', ds: 7 }] }])).rejects.toMatchObject(refused);
    await expect(theirs.expire({ datastreams: null, from: null, before: 9e12 })).rejects.toMatchObject(refused);
    await expect(theirs.at(7, row(1).t)).rejects.toMatchObject({ code: 'store.foreign' });
    await theirs.stop();
    expect(await points()).toBe(before);
    const again = await open('ours', 2);
    expect((await again.at(7, row(1).t)).length).toBe(1);
    await again.stop();
  });

  test('is another hub when it was told to take the store over', async () => {
    const ours = await open('ours', 0);
    await insist(() => ours.write(batchOf([row(1)])));
    await ours.stop();
    const theirs = await open('theirs', 50, true);
    expect((await insist(() => theirs.write(batchOf([row(60)])))).codes).toEqual([]);
    await theirs.stop();
    const back = await open('ours', 1);
    await expect(back.write(batchOf([row(2)]))).rejects.toMatchObject({ code: 'store.foreign' });
    await back.stop();
  });

  test('does not go on with a store that has rows of records it never had, also when its journal has grown meanwhile', async () => {
    const ours = await open('ours', 0);
    await insist(() => ours.write(batchOf([row(1), row(100)])));
    await insist(() => ours.edit([{ rec: 120, edits: [{ op: 'drop', ds: 9 }] }]));
    await ours.stop();
    const refused = {
      code: 'store.foreign',
      message: expect.stringContaining('up to record 120, but this hub had only 80 records'),
    };
    for (const last of [80, 500]) {
      const restored = await open('ours', last);
      await expect(restored.write(batchOf([row(last + 1)]))).rejects.toMatchObject(refused);
      await restored.stop();
    }
    const knowingly = await open('ours', 500, true);
    await insist(() => knowingly.write(batchOf([row(501)])));
    await knowingly.stop();
    const later = await open('ours', 501);
    expect((await insist(() => later.write(batchOf([row(502)])))).value.inserted).toBe(1);
    await later.stop();
  });

  test('goes on after it was away, and with a store that nobody owns yet', async () => {
    const nobodys = testStore(server.url, { influxdb: { database: `db${database}` } });
    await nobodys.start();
    await insist(() => nobodys.write(batchOf([row(1)])));
    await nobodys.stop();
    const ours = await open('ours', 5);
    await insist(() => ours.write(batchOf([row(6)])));
    await server.kill();
    await expect(ours.write(batchOf([row(7)]))).rejects.toMatchObject({ code: 'store.unavailable' });
    await server.start();
    expect((await insist(() => ours.write(batchOf([row(7), row(8)])))).value.inserted).toBe(2);
    await ours.stop();
    const theirs = await open('theirs', 5);
    await expect(theirs.write(batchOf([row(9)]))).rejects.toMatchObject({ code: 'store.foreign' });
    await theirs.stop();
  });
});
