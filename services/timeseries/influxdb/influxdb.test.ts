import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { type InfluxServer, influxServer, needs } from '../../../test/support/index.ts';
import { storeContract } from '../contract.ts';
import { options } from '../options.ts';
import { influxStore } from './index.ts';

const program = needs('influxd');
const clock = { now: () => Date.UTC(2026, 5, 10) };

// one server for all, a database for each store; long shards everywhere, because each deletion visits all of them
describe.skipIf(program === null)('on a real InfluxDB 1.x', () => {
  const root = mkdtempSync(join(tmpdir(), 'influxdb-'));
  let server: Promise<InfluxServer> | null = null;
  let stores = 0;
  afterAll(async () => {
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
});
