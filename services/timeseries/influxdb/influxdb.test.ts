import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { type InfluxProxy, type InfluxServer, influxProxy, influxServer, needs } from '../../../test/support/index.ts';
import { storeContract } from '../contract.ts';
import { refusedContract } from '../contract-refused.ts';
import { options } from '../options.ts';
import { influxStore } from './index.ts';
import { testStore } from './test-store.ts';

const program = needs('influxd');
const REFUSED = Math.floor(Date.UTC(2026, 4, 4, 12) / 100_000) * 100_000;
const clock = { now: () => Date.UTC(2026, 5, 10) };

// one server for all, a database for each store; long shards everywhere, because each deletion visits all of them
describe.skipIf(program === null)('on a real InfluxDB 1.x', () => {
  const root = mkdtempSync(join(tmpdir(), 'influxdb-'));
  let server: Promise<InfluxServer> | null = null;
  let stores = 0;
  let proxy: Promise<InfluxProxy> | null = null;
  afterAll(async () => {
    await (await proxy)?.stop();
    await (await server)?.kill();
    rmSync(root, { recursive: true, force: true });
  });

  storeContract('InfluxDB', async () => {
    server ??= influxServer(join(root, 'server'));
    const { url } = await server;
    const name = `store${++stores}`;
    return influxStore({
      folder: join(root, name),
      clock,
      names: (ds) => ({ measurement: ds % 2 === 0 ? 'airTemperature' : 'fill level, %', place: `mast ${ds}` }),
      options: options.parse({
        influxdb: { url, database: name, batchLines: 50, lookUpSeries: 3, lookUpStatements: 20 },
      }),
    });
  });

  refusedContract('InfluxDB', async () => {
    server ??= influxServer(join(root, 'server'));
    const { port } = await server;
    proxy ??= influxProxy(port);
    const between = await proxy;
    const database = `store${++stores}`;
    const open = async () => {
      const store = testStore(between.url, { folder: join(root, database), influxdb: { database } });
      await store.start();
      return store;
    };
    between.mode = {
      kind: 'refuseLines',
      lines: new RegExp(`^quantity.* ${REFUSED / 100_000}\\d{11}$`),
      body: '{"error":"partial write: points beyond retention policy dropped=1"}',
      path: /^\/write/,
    };
    let store = await open();
    const again = async () => {
      await store.stop();
      store = await open();
      return store;
    };
    const mend = async () => {
      between.mode = { kind: 'pass' };
      return store;
    };
    return { store, t: REFUSED + 35 * 86_400_000, refused: REFUSED, mend, reopen: again };
  });
});
