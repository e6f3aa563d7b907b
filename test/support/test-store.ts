/**
 * The store under the hubs of a test: files of their own, or with `TEST_STORE=influxdb` a real InfluxDB that the test starts,
 * each hub in a database of its own.
 */
import { influxServer } from '../../tools/influxd/index.ts';
import { needs } from './needs.ts';
import type { Stage } from './stage.ts';

export interface TestStore {
  /** Options of a hub whose store is called so, for the command line. */
  options(name: string): Readonly<Record<string, string>>;
  /** The same as `timeseries.*`, for a data folder that is made. */
  timeseries(name: string): object;
}

const FILES: TestStore = { options: () => ({}), timeseries: () => ({}) };

export async function testStore(stage: Stage, kind = process.env.TEST_STORE ?? 'sqlite'): Promise<TestStore> {
  if (kind === 'sqlite') return FILES;
  if (kind !== 'influxdb') throw new Error(`TEST_STORE is "${kind}", it can be sqlite or influxdb`);
  if (needs('influxd') === null) throw new Error('TEST_STORE=influxdb needs influxd');
  const server = await influxServer(stage.path('influxd'));
  stage.later(() => server.kill());
  const database = (name: string): string => name.replaceAll(/\W/g, '_');
  return {
    options: (name) => ({
      'timeseries.store': 'influxdb',
      'timeseries.influxdb.url': server.url,
      'timeseries.influxdb.database': database(name),
    }),
    timeseries: (name) => ({
      store: 'influxdb',
      influxdb: { url: server.url, database: database(name), settleMs: 100 },
    }),
  };
}
