/** The process that the crash test kills: writes and edits without end, and prints the number of each one that has resolved. */
import { systemClock } from '../../model/index.ts';
import { options } from '../options.ts';
import { batchOf } from '../test-rows.ts';
import { crashEdits, crashRevision, crashRows, isRevised } from './crash-rows.ts';
import { sqliteStore } from './index.ts';

const [, , folder, first] = process.argv;
if (folder !== undefined && first !== undefined) await run(folder, Number(first));

async function run(at: string, start: number): Promise<void> {
  const settings = options.parse({ sliceRows: 700, walMiB: 1, writerOpenPartitions: 3 });
  const store = sqliteStore({ folder: at, options: settings, clock: systemClock });
  await store.start();
  const writeFrom = async (lane: number): Promise<void> => {
    for (let k = start + lane; ; k += 4) {
      const { rows, mode } = crashRows(k);
      await store.write(batchOf(rows), { mode });
      process.stdout.write(`${k}\n`);
      if (isRevised(k)) {
        await store.revise(crashRevision(k).revision);
        process.stdout.write(`revised ${k}\n`);
      }
      if (k % 3 !== 0) continue;
      await store.edit(crashEdits(k).batches);
      process.stdout.write(`edited ${k}\n`);
    }
  };
  // four at once, so that writes share transactions
  await Promise.all([0, 1, 2, 3].map(writeFrom));
}
