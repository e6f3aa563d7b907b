/** What every part of the hub stands on. */
import type { Config } from '../options.ts';
import type { Clock } from '../services/model/index.ts';
import type { Telemetry } from '../services/telemetry/index.ts';
import type { Disks } from './disks.ts';

export interface Ground {
  readonly config: Config;
  readonly clock: Clock;
  /** Data folder of this hub. */
  readonly folder: string;
  readonly seen: Telemetry;
  readonly disks: Disks;
}

/** Started in order, stopped in the other order. `stop` also works after a start that failed. */
export interface Part {
  start(): unknown;
  stop(): unknown;
}
