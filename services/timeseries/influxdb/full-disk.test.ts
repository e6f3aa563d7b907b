/**
 * InfluxDB 1.x whose disk was full answers writes with 500, shows their points all the same, and forgets them when it is
 * restarted. What the store says is stored must be on the disk.
 */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type InfluxServer, influxServer, needs, type SmallDisk, smallDisk } from '../../../test/support/index.ts';
import type { Edit } from '../../model/index.ts';
import { put } from '../contract-edit.ts';
import { revisionOf } from '../contract-revise.ts';
import type { TimeseriesStore } from '../port.ts';
import { batchOf, everything, readRows, scanAll } from '../test-rows.ts';
import { insist, NOW, temporary, testStore } from './test-store.ts';

const T = NOW - 3 * 86_400_000;
const rows = (from: number, count: number, rec = 1) =>
  Array.from({ length: count }, (_, k) => ({ ds: 1 + (k % 5), t: T + (from + k) * 1000, r: from + k, rec }));

/** Until nothing fits into the last pages of files that InfluxDB has on the disk already. */
async function full(url: string): Promise<void> {
  for (const [policy, time] of [
    ['autogen', T],
    ['history', T],
    ['history', 0],
  ] as const) {
    const write = async (k: number): Promise<number> => {
      const lines = Array.from({ length: 200 }, (_, i) => `padding value=1 ${time * 1e6 + 200 * k + i}`).join('\n');
      return (await fetch(`${url}/write?db=stadtpegel&rp=${policy}`, { method: 'POST', body: lines })).status;
    };
    for (let k = 0; (await write(k)) === 204; k++);
  }
}

const disk = needs('influxd') === null ? null : smallDisk(100);

describe.skipIf(disk === null)(
  'an InfluxDB 1.x whose disk is full',
  () => {
    let server: InfluxServer;
    let store: TimeseriesStore;
    let small: SmallDisk;
    const folder = temporary();
    beforeEach(async () => {
      small = disk!;
      server = await influxServer(join(small.folder, 'influxdb'));
      store = testStore(server.url, { folder });
      await store.start();
    });
    afterEach(async () => {
      await store.stop();
      await server.kill();
      small.end();
    });

    test('is believed only what it has answered with yes: what it shows is written again', async () => {
      const ties = [{ ds: 1, t: T, r: 990, rec: 3 }];
      const early = {
        rows: () => store.write(batchOf(rows(0, 100))),
        further: () => store.write(batchOf([{ ds: 9, t: T, r: 1, rec: 1 }])),
        ties: () => store.write(batchOf(ties), { mode: 'tie' }),
      };
      for (const work of Object.values(early)) await insist<unknown>(work);
      // the shard of what is removed is there
      await insist(() => store.edit([{ rec: 80, edits: [{ op: 'remove', ds: 5, t: T + 4000, rec: 1 }] }]));
      const before = await scanAll(store);
      const [first] = readRows(await store.at(2, T + 1000));
      small.fill(0);
      await full(server.url);

      const more = rows(100, 50, 2);
      const fresh = [{ ds: 8, t: T, r: -8, rec: 2 }];
      const set = revisionOf([{ ...first!, r: 1000 }], [before.find(({ r }) => r === 7)!]);
      const edits: Edit[] = [
        { op: 'remove', ds: 1, t: T, rec: 1, n: 0 },
        put({ ds: 3, t: T + 2000, r: -3 }),
        { op: 'drop', ds: 9 },
      ];
      const works = {
        write: () => store.write(batchOf(more)),
        fresh: () => store.write(batchOf(fresh)),
        tie: () => store.write(batchOf([{ ds: 2, t: T + 1000, r: 980, rec: 4 }]), { mode: 'tie' }),
        edit: () => store.edit([{ rec: 90, edits }]),
        revise: () => store.revise(set),
        bury: () => store.bury({ length: 1, ds: [4], t: [T + 8000], n: [5], rec: [-1] }),
      };
      // as often as it is asked: first it takes nothing, then it shows what it has refused
      for (let round = 0; round < 3; round++) {
        for (const [name, work] of Object.entries(works)) {
          const said = await work().then(
            () => `${name} was acknowledged`,
            (error: unknown) => error as Error,
          );
          expect(said).toMatchObject({ code: 'store.unavailable' });
          expect((said as Error).message).toMatch(/no space left on device.*restart/s);
        }
      }
      // that is what makes it hard: the points of refused writes are there for everybody who asks
      expect((await insist(() => store.count(everything))).value).toBeGreaterThan(before.length);

      small.empty();
      await server.kill();
      await server.start();
      for (const work of Object.values(works)) await insist<unknown>(work);
      const found = await scanAll(store);
      const { identity } = store;
      await store.stop();

      // what 1.x writes behind a hole in its log is lost when it is started again: the next hub notices
      await server.kill();
      await server.start();
      store = testStore(server.url, { folder });
      await store.start();
      expect(await insist(() => scanAll(store))).not.toEqual(found);
      expect(store.identity).not.toBe(identity);
      // started twice without a hub that writes, it has healed its log; what the journal brings again stays
      await store.stop();
      for (let times = 0; times < 2; times++) {
        await server.kill();
        await server.start();
      }
      store = testStore(server.url, { folder });
      await store.start();
      for (const work of [...Object.values(early), ...Object.values(works)]) await insist<unknown>(work);
      expect(await scanAll(store)).toEqual(found);
      await server.kill();
      await server.start();
      expect((await insist(() => scanAll(store))).value).toEqual(found);
      const results = found.map(({ r }) => r);
      for (const { r } of [...more, ...fresh]) expect(results).toContain(r);
      for (const r of [980, 990, 1000, -3]) expect(results).toContain(r);
      expect(found.filter(({ ds }) => ds === 9)).toEqual([]);
      expect(found.filter(({ ds, t, n }) => ds === 1 && t === T && n === 0)).toEqual([]);
      expect(results).not.toContain(7);
      expect(found.filter(({ r }, i) => results.indexOf(r) !== i)).toEqual([]);
    });
  },
  120_000,
);
