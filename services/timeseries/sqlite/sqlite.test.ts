import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { storeContract } from '../contract.ts';
import { refusedContract } from '../contract-refused.ts';
import { options } from '../options.ts';
import { sqliteStore } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'timeseries-'));
let stores = 0;
afterAll(() => rmSync(root, { recursive: true, force: true }));

const clock = { now: () => Date.UTC(2026, 5, 10) };

// slices of 100 rows and few open files, so that the suite's rows cross all borders
storeContract('SQLite', () =>
  sqliteStore({
    folder: join(root, String(++stores)),
    clock,
    options: options.parse({
      sliceRows: 100,
      windowRows: 2000,
      transactionRows: 3000,
      writerOpenPartitions: 5,
      readerOpenPartitions: 24,
      weeksBehind: 14,
    }),
  }),
);

const T = Date.UTC(2026, 5, 8, 12);

refusedContract('SQLite', async () => {
  const folder = join(root, String(++stores));
  // one week has a file, another has no room beside it
  const open = async (maxPartitions: number) => {
    const store = sqliteStore({ folder, clock, options: options.parse({ maxPartitions, writerOpenPartitions: 2 }) });
    await store.start();
    return store;
  };
  let store = await open(1);
  const again = async (maxPartitions: number) => {
    await store.stop();
    store = await open(maxPartitions);
    return store;
  };
  return { store, t: T, refused: T - 35 * 86_400_000, mend: () => again(5), reopen: () => again(1) };
});
