/** The time-series store that the options name. */
import { join } from 'node:path';
import { hubIdentity } from '../services/backup/index.ts';
import type { CodedError } from '../services/model/index.ts';
import {
  influxStore,
  partitionsLost,
  type SeriesNames,
  sqliteStore,
  storeEnded,
  type TimeseriesStore,
} from '../services/timeseries/index.ts';
import type { Ground, Part } from './ground.ts';

export interface ChosenStore {
  readonly store: TimeseriesStore;
  /** Starts and stops it. */
  readonly part: Part;
  /** `timeseries.store`. */
  readonly kind: 'sqlite' | 'influxdb';
  /** Which one and where, for a person. */
  readonly place: string;
  /** Why it has ended by itself, which only a new start mends; null: it has not. */
  failure(): CodedError | null;
}

/** `names`: what a Datastream is called where people look. `lastRecord`: of the journal, which has been started. */
export function chosenStore(
  { config, clock, folder, seen, disks }: Ground,
  names: (datastream: number) => SeriesNames | undefined,
  lastRecord: () => number,
): ChosenStore {
  let failure: CodedError | null = null;
  const ended = storeEnded(seen);
  const onFailure = (error: CodedError) => {
    failure = error;
    ended(error);
  };
  const options = config.timeseries;
  const kind = options.store;
  if (kind === 'sqlite') {
    const at = join(folder, 'timeseries');
    const store = sqliteStore({
      folder: at,
      options,
      clock,
      disk: disks.store,
      onLost: partitionsLost(seen),
      onFailure,
    });
    return { store, part: store, kind, place: `SQLite in ${at}`, failure: () => failure };
  }
  const owner = () => ({ hub: hubIdentity(folder) ?? '', last: lastRecord() });
  const store = influxStore({ folder: join(folder, 'influxdb'), options, clock, names, owner, onFailure });
  // a server that hangs must not keep the hub from ending: what it has not confirmed is written again
  const part = { start: () => store.start(), stop: () => inTime(store.stop(), config.ingest.stopMs) };
  const place = `InfluxDB at ${options.influxdb.url}`;
  return { store, part, kind, place, failure: () => failure };
}

async function inTime(work: Promise<void>, milliseconds: number): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, milliseconds);
  await Promise.race([work, late.promise]);
  clearTimeout(timer);
}
