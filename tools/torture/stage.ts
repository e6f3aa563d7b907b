/** Everything that a campaign plays with. */
import type { InfluxProxy, InfluxServer } from '../influxd/index.ts';
import type { TorturedHub } from './hub.ts';
import type { Chance } from './random.ts';
import type { Watch } from './watch.ts';

export interface Stage {
  readonly hub: TorturedHub;
  readonly chance: Chance;
  /** null: the campaign runs on the embedded store. */
  readonly influx: {
    readonly server: InfluxServer;
    readonly proxy: InfluxProxy;
    /** Where its data lies, when that is a small file system of its own. */
    readonly disk: string | null;
  } | null;
  /** Where the hub's data lies, when that is a small file system of its own; null: it is not. */
  readonly disk: string | null;
  readonly watch: Watch;
}

export const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
