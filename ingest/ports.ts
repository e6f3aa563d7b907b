/** What ingest needs from the rest of the hub. hub.ts brings it all together. */
import type { Bus } from '../services/bus/index.ts';
import type { DiskRoom } from '../services/disk/index.ts';
import type { DeadLetter, Journal, LetterFilter, LetterPage } from '../services/journal/index.ts';
import type { Clock, EditBatch, NetworkEvent, RowBatch, Source } from '../services/model/index.ts';
import type { CatalogueReader } from '../services/registry/index.ts';
import type { LatestValues, Overlay, TimeseriesStore } from '../services/timeseries/index.ts';
import type { DeviceModel } from './decoders/index.ts';
import type { Keeping } from './store/kept.ts';

/** Dead letters and checkpoints; the journal's ledger. */
export interface LedgerPort {
  checkpoint(name: string): number;
  setCheckpoint(name: string, record: number): void;
  /** No checkpoint whose name begins so stands behind this record any more. Durable on return; throws hub.storage. */
  lowerCheckpoints(prefix: string, record: number): void;
  addDeadLetter(letter: DeadLetter): void;
  /** False: the disk did not take it; it is tried again. */
  flush(): boolean;
  deadLetters(filter: LetterFilter, limit: number, order?: 'down' | 'up', beyond?: number | null): LetterPage;
  deadLetter(record: number): DeadLetter | null;
  /** How many dead letters a device has. */
  lettersOf(device: string): number;
  waitingDevices(code: DeadLetter['code']): string[];
  /** A few hundred at once; returns how many there were. */
  forget(records: readonly number[]): number;
  /** The same for those that must not come back when the journal is read again. */
  dismiss(records: readonly number[]): number;
  isDismissed(record: number, code: DeadLetter['code']): boolean;
  /** These records are understood now. A few hundred at once. */
  undismiss(records: readonly number[]): void;
  /** What is noted under a topic, by number. */
  notesOf(topic: string): [id: number, body: string][];
  /** Remembered in one transaction with the checkpoints. null: nothing is noted there any more. */
  note(topic: string, id: number, body: string | null): void;
}

export interface IngestPorts {
  readonly journal: Journal;
  readonly ledger: LedgerPort;
  readonly catalogue: CatalogueReader;
  readonly sources: readonly Source[];
  /** The device models by id. */
  readonly models: ReadonlyMap<string, DeviceModel>;
  readonly store: TimeseriesStore;
  /** Shows what is on its way to the store. */
  readonly overlay: Overlay;
  readonly latest: LatestValues;
  readonly bus: Bus;
  readonly clock: Clock;
  /** Do messages wait for their acknowledgement? Then work that can wait steps back. Left out: never. */
  readonly busy?: () => boolean;
  /** Asked before the file of the latest values is written. Left out: there is always room. */
  readonly disk?: DiskRoom;
  /** Joins, states, logs: what networks say beside readings. Told for live events only, and for those of uplinks too. */
  readonly deviceEvent?: (event: NetworkEvent, receivedAt: number) => void;
  readonly events?: IngestEvents;
  /** What is stored at all; see Policies of services/history. Left out: everything. */
  readonly keeping?: Keeping;
  /** Is what stands there held as evidence? Left out: nothing is. */
  readonly frozen?: (datastream: number, t: number) => boolean;
  /**
   * The store has these rows, some of them perhaps since long ago. Told before the checkpoint moves over them, and again
   * after a crash.
   */
  readonly stored?: (rows: RowBatch) => void;
  /** The same of edits. A record with many comes in portions. */
  readonly storedEdits?: (batches: readonly EditBatch[]) => void;
}

/** What ingest has to say to people. */
export interface IngestEvents {
  /** An attempt failed; once for each. */
  storeFailed?(error: Error): void;
  /** The store takes nothing from now on, or somebody must mend it now (`stopped`): once for each time. */
  storeLost?(error: Error, state: 'waits' | 'stopped'): void;
  /** It takes something again, after so many failures. */
  storeWorks?(failures: number): void;
  /** Another store stands in its place: so many records are read from the journal again. */
  storeReplaced?(records: number): void;
  /** The store refused rows or edits for good: so many records have a dead letter, the first with these words. */
  rejected?(letters: number, detail: string): void;
  /** The store can't keep up: rows leave memory and are read from the journal again. */
  fellBehind?(record: number): void;
  /** The store has everything again: so many records in this time. */
  caughtUp?(records: number, milliseconds: number): void;
  failed?(error: unknown): void;
}
