/** The process that the crash test of expiry kills: writes into many weeks while older and older rows go. */
import { systemClock } from '../../model/index.ts';
import { options } from '../options.ts';
import { batchOf } from '../test-rows.ts';
import { sqliteStore } from './index.ts';

const [, , folder, start] = process.argv;
if (folder !== undefined && start !== undefined) await run(folder, Number(start));

async function run(at: string, from: number): Promise<void> {
  const settings = options.parse({ sliceRows: 500, walMiB: 1, writerOpenPartitions: 3 });
  const store = sqliteStore({ folder: at, options: settings, clock: systemClock });
  await store.start();
  for (let k = from; ; k++) {
    const before = from + (k - from) * 20 * 3_600_000;
    await store.expire({ datastreams: k % 3 === 0 ? [1, 2, 3] : null, except: [4], from: null, before });
    process.stdout.write(`${k % 3 === 0 ? 'some' : 'all'} ${before}\n`);
    const row = { t: from + 400 * 24 * 3_600_000 + k, rec: k };
    await store.write(batchOf([1, 2, 3, 4].map((ds) => ({ ...row, ds, r: ds }))));
  }
}
