/** Decoding again on every store that there is: a history of ties, texts, far times and people's work. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { QUALITY } from '../../services/model/index.ts';
import {
  influxStore,
  memoryStore,
  options,
  sqliteStore,
  type TimeseriesStore,
} from '../../services/timeseries/index.ts';
import { type InfluxServer, influxServer, needs } from '../../test/support/index.ts';
import { DEVICE, NOON, registerDevice, testHub } from '../testing/city.ts';
import { editIn, put, row } from '../testing/observations.ts';
import { MODEL, revisedModels } from '../testing/revised.ts';

const TEMPERATURE = 1;
const DAY = 86_400_000;

const memory = memoryStore();
const server = { folder: mkdtempSync(join(tmpdir(), 'again-influxd-')), started: null as Promise<InfluxServer> | null };
afterAll(async () => {
  await (await server.started)?.kill();
  rmSync(server.folder, { recursive: true, force: true });
});

const stores: Record<string, (folder: string) => TimeseriesStore | Promise<TimeseriesStore>> = {
  // one for all starts: it keeps nothing anywhere else
  memory: () => memory,
  sqlite: (folder) =>
    sqliteStore({
      folder: join(folder, 'timeseries'),
      options: options.parse({ sliceRows: 100 }),
      clock: { now: () => NOON },
    }),
};

if (needs('influxd') !== null) {
  stores.InfluxDB = async (folder) => {
    server.started ??= influxServer(server.folder);
    const { url } = await server.started;
    const names = (ds: number) => ({ measurement: 'climate', place: `mast ${ds}` });
    const influxdb = { url, database: 'again' };
    return influxStore({
      folder: join(folder, 'influxdb'),
      clock: { now: () => NOON },
      names,
      options: options.parse({ influxdb }),
    });
  };
}

describe.each(Object.entries(stores))('on the %s store', (_, make) => {
  test('rows change, go and come, with ids, counts, extents and latest values that are right', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'again-stores-'));
    try {
      let hub = await testHub(folder, await make(folder));
      await registerDevice(hub);
      for (let k = 0; k < 400; k++) {
        const far = k % 50 === 0 ? -k * 20 * DAY : 0;
        await hub.send({
          hex: `0367${(k % 200).toString(16).padStart(2, '0')}00046864`,
          time: NOON + far - k * 60_000,
        });
      }
      await hub.send({ hex: '036701000468ff', time: NOON, identity: 'a tie' });
      await hub.stored();
      const taken = await hub.overlay.at(TEMPERATURE, NOON - 60_000);
      await editIn(
        hub,
        { op: 'remove', ds: TEMPERATURE, t: NOON - 60_000, rec: taken.rec[0] as number },
        ...put(row(NOON - 60_000, 50, { q: QUALITY.edited })),
      );
      await hub.stored();
      await hub.stop();
      hub = await testHub(
        folder,
        await make(folder),
        { againRows: 100 },
        { models: revisedModels({ warmer: 100, older: DAY, without: 'humidity' }) },
      );
      await hub.stored();
      const counts = [];
      for (const dryRun of [true, false]) {
        const { id } = await hub.again.decodeAgain({ model: MODEL }, dryRun, 'test');
        await hub.again.settled(id, 30_000);
        const job = hub.again.job(id);
        expect(job).toMatchObject({ state: 'done', error: null });
        if (job?.kind === 'decode-again') counts.push([job.rows, job.letters]);
      }
      // the corrected Observation stays where it is, beside the reading that has another time now
      expect(counts[1]).toEqual(counts[0]);
      expect(counts[0]?.[0]).toMatchObject({ added: 401, removed: 801, changed: 0 });
      const { store } = { store: hub.overlay };
      const extents = await store.extents([1, 2]);
      expect([...(extents.ds as Int32Array)]).toEqual([1]);
      expect([extents.count[0], extents.lastTime[0]]).toEqual([402, NOON - 60_000]);
      const at = await store.at(TEMPERATURE, NOON - DAY);
      expect([...(at.r as Float64Array)].sort()).toEqual([100, 100.1]);
      const assigned = (at.id as ArrayLike<number>)[1] as number;
      expect((await store.byAssignedId(assigned))?.t[0]).toBe(NOON - DAY);
      const deadline = Date.now() + 5000;
      while (hub.latest.newest(TEMPERATURE) === undefined && Date.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 2));
      expect(hub.latest.get(TEMPERATURE)).toMatchObject({ t: NOON - 60_000, result: 50 });
      expect(hub.ledger.lettersOf(DEVICE)).toBe(0);
      await hub.stop();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});
