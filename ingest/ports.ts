/** What ingest needs from the rest of the hub. hub.ts brings it all together. */
import type { Bus } from '../services/bus/index.ts';
import type { DeadLetter, Journal } from '../services/journal/index.ts';
import type { Clock, NetworkEvent, Source } from '../services/model/index.ts';
import type { CatalogueReader } from '../services/registry/index.ts';
import type { LatestValues, Overlay, TimeseriesStore } from '../services/timeseries/index.ts';

/** Dead letters and checkpoints; the journal's ledger. */
export interface LedgerPort {
  checkpoint(name: string): number;
  setCheckpoint(name: string, record: number): void;
  addDeadLetter(letter: DeadLetter): void;
  flush(): void;
  recordsOf(device: string): number[];
  waitingDevices(code: DeadLetter['code']): string[];
  forget(records: readonly number[]): void;
}

export interface IngestPorts {
  readonly journal: Journal;
  readonly ledger: LedgerPort;
  readonly catalogue: CatalogueReader;
  readonly sources: readonly Source[];
  readonly store: TimeseriesStore;
  /** Shows what is on its way to the store. */
  readonly overlay: Overlay;
  readonly latest: LatestValues;
  readonly bus: Bus;
  readonly clock: Clock;
  /** Joins, states, logs: what networks say beside readings. Told for live events only, and for those of uplinks too. */
  readonly deviceEvent?: (event: NetworkEvent, receivedAt: number) => void;
  readonly events?: IngestEvents;
}

/** What ingest has to say to people. */
export interface IngestEvents {
  storeFailed?(error: Error, waitMs: number): void;
  storeWorks?(): void;
  /** The store can't keep up: rows leave memory and are read from the journal again. */
  fellBehind?(record: number): void;
  caughtUp?(records: number, milliseconds: number): void;
  failed?(error: unknown): void;
}
