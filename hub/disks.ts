/** The disks that the hub writes to, and what each stops before it is full. */
import { join } from 'node:path';
import type { Config } from '../options.ts';
import { DiskGuard, diskEvents, diskMeasures } from '../services/disk/index.ts';
import type { Telemetry } from '../services/telemetry/index.ts';

export interface Disks {
  /** Of the data folder: journal, ledger, snapshots. */
  readonly data: DiskGuard;
  /** Of the embedded store, which may stand on a disk of its own. */
  readonly store: DiskGuard;
  readonly part: { start(): Promise<void>; stop(): Promise<void> };
}

export function disksOf(config: Config, folder: string, seen: Telemetry): Disks {
  const events = diskEvents(seen);
  const data = new DiskGuard({ folder, options: config.disk, events });
  // its disk keeps nobody from being acknowledged: a full store is caught up later
  const options = { ...config.disk, reserveMiB: 0 };
  const store = new DiskGuard({ folder: join(folder, 'timeseries'), options, events });
  // a store elsewhere has a disk of its own, which the hub does not see
  const watched: Readonly<Record<string, DiskGuard>> =
    config.timeseries.store === 'sqlite' ? { data, store } : { data };
  diskMeasures(seen, watched);
  return {
    data,
    store,
    part: {
      start: async () => {
        for (const guard of Object.values(watched)) await guard.start();
      },
      stop: async () => {
        for (const guard of Object.values(watched)) await guard.stop();
      },
    },
  };
}
