/** Opens the stores that a command names: `sqlite`, `sqlite:<folder>`, `influxdb`. */
import { join } from 'node:path';
import { seriesNames } from '../../hub/index.ts';
import { models } from '../../ingest/decoders/index.ts';
import type { Config } from '../../options.ts';
import { FileJournal } from '../../services/journal/index.ts';
import { CodedError, systemClock } from '../../services/model/index.ts';
import { JournaledRegistry } from '../../services/registry/index.ts';
import { influxStore, type SeriesNames, sqliteStore, type TimeseriesStore } from '../../services/timeseries/index.ts';

export type Names = (datastream: number) => SeriesNames | undefined;

export interface NamedStore {
  /** For people. */
  readonly name: string;
  readonly kind: Config['timeseries']['store'];
  /** Not started. */
  readonly store: TimeseriesStore;
}

/** `names`: what a new series is called; asked only where Observations are written. Throws CodedError request.body. */
export function storeNamed(text: string, config: Config, names: Names = () => undefined): NamedStore {
  const colon = text.indexOf(':');
  const kind = colon === -1 ? text : text.slice(0, colon);
  const options = config.timeseries;
  const ports = { options, clock: systemClock };
  if (kind === 'sqlite') {
    const folder = colon === -1 ? join(config.data, 'timeseries') : text.slice(colon + 1);
    return { name: `sqlite in ${folder}`, kind, store: sqliteStore({ folder, ...ports }) };
  }
  if (text === 'influxdb') {
    const store = influxStore({ folder: join(config.data, 'influxdb'), names, ...ports });
    const { url, database } = options.influxdb;
    return { name: `InfluxDB at ${url}, database ${database}`, kind: text, store };
  }
  throw new CodedError('request.body', `There is no store "${text}"; there are influxdb, sqlite, and sqlite:<folder>.`);
}

/** The catalogue of a hub that stands still, for the names of series. */
export async function namesOf(config: Config): Promise<{ readonly names: Names; stop(): Promise<void> }> {
  const journal = new FileJournal({ folder: join(config.data, 'journal'), options: config.journal });
  await journal.start();
  const ports = { folder: config.data, journal, models, clock: systemClock, options: config.registry };
  const registry = new JournaledRegistry(ports);
  try {
    await registry.start();
  } catch (error) {
    await journal.stop();
    throw error;
  }
  return {
    names: (datastream) => seriesNames(registry.catalogue, datastream),
    async stop() {
      await registry.stop();
      await journal.stop();
    },
  };
}
