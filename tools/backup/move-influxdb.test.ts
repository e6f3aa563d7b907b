/** Everything to a real InfluxDB and back again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storeCheckpoint } from '../../ingest/index.ts';
import { compareStores } from '../../services/backup/index.ts';
import { Ledger } from '../../services/journal/index.ts';
import { EDITED_IDS, EDITED_TIES, RESULT, type RowBatch, systemClock } from '../../services/model/index.ts';
import {
  influxStore,
  sqliteStore,
  options as storeOptions,
  type TimeseriesStore,
} from '../../services/timeseries/index.ts';
import { type InfluxServer, influxServer, needs } from '../../test/support/index.ts';
import { move } from './moving.ts';

const T = Date.UTC(2026, 5, 1);
const HOUR = 3_600_000;
const root = mkdtempSync(join(tmpdir(), 'move-influxdb-'));
const running = () => new AbortController().signal;

/** 30,000 rows of 100 Datastreams over twelve days; some of 1850; every kind of result. */
function rows(): RowBatch {
  const length = 30_000;
  const index = Array.from({ length }, (_, i) => i);
  const type = Uint8Array.from(index, (i) =>
    i % 100 === 7 ? RESULT.text : i % 100 === 8 ? RESULT.boolean : RESULT.number,
  );
  return {
    length,
    ds: Int32Array.from(index, (i) => 1 + (i % 100)),
    t: Float64Array.from(index, (i) => (i < 300 ? Date.UTC(1850, 0, 1) : T) + Math.floor(i / 100) * HOUR),
    r: Float64Array.from(index, (i) =>
      type[i] === RESULT.text ? Number.NaN : type[i] === RESULT.boolean ? i % 2 : i / 3,
    ),
    type,
    rec: Float64Array.from(index, (i) => 1 + Math.floor(i / 1000)),
    q: Uint8Array.from(index, (i) => (i % 50 === 0 ? 1 : 0)),
    x: new Map(index.filter((i) => type[i] === RESULT.text).map((i) => [i, JSON.stringify({ v: `voll, "${i}"` })])),
  };
}

describe.skipIf(needs('influxd') === null)('moving to InfluxDB and back', () => {
  let server: InfluxServer;
  let options = storeOptions.parse({});
  const ledger = new Ledger({ folder: join(root, 'data'), maxDeadLetters: 100 });
  const stores: TimeseriesStore[] = [];
  beforeAll(async () => {
    server = await influxServer(join(root, 'influxd'));
    options = storeOptions.parse({ store: 'influxdb', influxdb: { url: server.url, database: 'hub' } });
    ledger.start();
  });
  afterAll(async () => {
    for (const store of stores) await store.stop();
    ledger.stop();
    await server?.kill();
    rmSync(root, { recursive: true, force: true });
  });
  const opened = async (store: TimeseriesStore) => {
    stores.push(store);
    await store.start();
    return store;
  };
  const embedded = (name: string) =>
    opened(sqliteStore({ folder: join(root, name), options: storeOptions.parse({}), clock: systemClock }));
  const names = (ds: number) => ({ measurement: ds % 2 === 0 ? 'airTemperature' : 'waterLevel', place: `mast-${ds}` });

  test('both ways all rows, removed rows, ids and deleted Datastreams are there', async () => {
    const first = await embedded('first');
    await first.write(rows());
    const tie = { ...rows(), length: 50, rec: new Float64Array(50).fill(99) };
    await first.write(tie, { mode: 'tie' });
    const bare = { type: RESULT.number, r: 1, q: 0 };
    await first.edit([
      {
        rec: 100,
        edits: [
          { op: 'remove', ds: 3, t: T + 10 * HOUR, rec: 2 },
          { op: 'put', row: { ...bare, ds: 4, t: T + HOUR / 2, n: 0, id: 0, x: { e: T + HOUR } } },
          { op: 'put', row: { ...bare, ds: 4, t: T + HOUR / 2, n: EDITED_TIES + 1, id: EDITED_IDS + 1, x: null } },
          { op: 'remove', ds: 5, t: T + 20 * HOUR, rec: 3 },
          { op: 'put', row: { ...bare, ds: 5, t: T + 21.5 * HOUR, n: 0, id: 0, x: { k: [5, T + 20 * HOUR] } } },
          { op: 'drop', ds: 9 },
        ],
      },
    ]);
    ledger.setCheckpoint(storeCheckpoint(first), 100);
    const influx = await opened(influxStore({ folder: join(root, 'data'), options, clock: systemClock, names }));
    const data = join(root, 'data');
    const there = { name: 'InfluxDB', store: influx };
    const to = await move({ data, from: { name: 'first', store: first }, to: there, ledger, signal: running() });
    expect(to.compared).toMatchObject({ datastreams: 99, differences: [] });
    const second = await embedded('second');
    const back = await move({ data, from: there, to: { name: 'second', store: second }, ledger, signal: running() });
    expect(back.compared.rows).toBe(to.compared.rows);
    expect((await compareStores(first, second, { samples: 99, sampleRows: 1000 })).differences).toEqual([]);
    expect(ledger.checkpoint(storeCheckpoint(second))).toBe(100);
    for (const store of [influx, second]) {
      expect((await store.byAssignedId(EDITED_IDS + 1))?.t[0]).toBe(T + HOUR / 2);
      expect((await store.byClaim(5, T + 20 * HOUR))?.t[0]).toBe(T + 21.5 * HOUR);
      expect(await store.dropped()).toEqual([9]);
    }
    await expect(
      move({ data, from: { name: 'first', store: first }, to: there, ledger, signal: running() }),
    ).rejects.toThrow('InfluxDB is not empty');
  }, 120_000);
});
