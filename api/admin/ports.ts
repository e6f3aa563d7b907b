/** What the admin endpoints need of the hub's other parts. */
import type { IncomingMessage } from 'node:http';
import type { Identity } from '../../services/access/index.ts';
import type { Backups } from '../../services/backup/index.ts';
import type { History } from '../../services/history/index.ts';
import type { LetterCount, LetterFilter, LetterPage } from '../../services/journal/index.ts';
import type { CatalogueReader, DeviceHealth, Registry } from '../../services/registry/index.ts';
import type { Options } from './options.ts';

/** Which dead letters: those of a filter, or these records, ascending. */
export interface LetterChoice {
  readonly filter: LetterFilter;
  readonly records: readonly number[] | null;
}

export interface DeadLetters {
  /** By record, the newest first, below `before`; may be empty and have a next page. */
  page(filter: LetterFilter, limit: number, before: number | null): LetterPage;
  /** How many are kept, by code. */
  counts(): Readonly<Record<string, number>>;
  /** The devices with the most. */
  devices(limit: number): readonly LetterCount[];
  /** One in full, as plain JSON; null: there is none of this record. */
  inspect(record: number): Promise<object | null>;
  /** Throws request.conflict while another requeue is under way. */
  requeue(choice: LetterChoice, dryRun: boolean, by: string): Job;
  dismiss(
    choice: LetterChoice,
    reason: string,
    by: string,
  ): Promise<{ readonly dismissed: number; readonly more: boolean }>;
}

/** Work in the background, as plain JSON. */
export interface Job {
  readonly id: number;
  readonly state: 'running' | 'done' | 'cancelled' | 'failed';
  readonly [name: string]: unknown;
}

export interface Jobs {
  /** Newest first. */
  list(): readonly Job[];
  get(id: number): Job | null;
  /** Resolves when the job has ended, or after so many milliseconds. */
  settled(id: number, milliseconds: number): Promise<void>;
  /** Resolves when nothing more happens. False: there is no such job. */
  cancel(id: number): Promise<boolean>;
}

/** Whose messages are decoded again; times of their receipt in milliseconds. */
export interface Selection {
  readonly device?: string | undefined;
  readonly model?: string | undefined;
  readonly datastream?: number | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface DecodeAgain {
  /** Throws notFound, store.unsupported, request.conflict. */
  begin(selection: Selection, dryRun: boolean, by: string): Promise<Job>;
  /** Models whose decoding has changed since their history was decoded. */
  offers(): Promise<readonly { readonly model: string }[]>;
  /** False: there is no such offer. */
  dismissOffer(model: string): boolean;
}

/** What is kept, and what people ordered. */
export type OrdersHistory = Pick<
  History,
  | 'freezes'
  | 'freezeRecord'
  | 'isSettling'
  | 'freeze'
  | 'lift'
  | 'erasures'
  | 'erasure'
  | 'erase'
  | 'report'
  | 'lastRun'
>;

export interface AdminPorts {
  readonly registry: Pick<Registry, 'import'>;
  readonly catalogue: CatalogueReader;
  /** null: nothing is known of the device yet. */
  health(device: string): DeviceHealth | null;
  readonly deadLetters: DeadLetters;
  readonly jobs: Jobs;
  readonly decodeAgain: DecodeAgain;
  readonly history: OrdersHistory;
  readonly backups: Pick<Backups, 'begin' | 'status' | 'kept'>;
  /** How the hub is, as plain JSON. */
  status(): object;
  /** The caller if it has the admin scope; throws `access.token` or `access.denied`. */
  authorize(request: IncomingMessage): Identity;
  readonly options: Options;
}
