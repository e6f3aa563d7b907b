/** What the admin API answers, as far as the page reads it. Times are ISO 8601 where they are text, else milliseconds. */
import type { ErrorCode } from '../../../services/model/index.ts';

export interface Status {
  readonly hub: { readonly name: string; readonly version: string; readonly started: string; readonly now: string };
  readonly acknowledging: { readonly ok: boolean; readonly reason: string | null };
  readonly journal: { readonly first: number; readonly last: number; readonly pendingBytes: number };
  readonly store: StoreStatus;
  readonly disks: readonly DiskStatus[];
  readonly devices: number;
  readonly datastreams: number;
  readonly counters: { readonly uplinks: number; readonly observations: number; readonly [name: string]: unknown };
  readonly deadLetters: Counts;
  readonly decodeAgain: { readonly offers: readonly { readonly model: string }[]; readonly job: number | null };
  readonly clients: { readonly live: number; readonly http: number; readonly mqtt: number | null };
  readonly backup: { readonly state: BackupStatus['state']; readonly completed: string | null };
}

export type Counts = Readonly<Partial<Record<ErrorCode, number>>>;

export interface StoreStatus {
  readonly kind: string;
  readonly state: 'works' | 'catching up' | 'waits' | 'stopped';
  readonly since: number;
  readonly code: ErrorCode | null;
  readonly reason: string | null;
  readonly behindRecords: number;
  readonly oldestMs: number;
  readonly recordsPerSecond: number;
  readonly remainingMs: number | null;
  /** It has ended by itself; null: it has not. */
  readonly failure: string | null;
  readonly history: readonly (readonly [at: number, behind: number, uplinks: number])[];
}

export interface DiskStatus {
  readonly name: string;
  readonly folder: string;
  /** null: the system does not tell. */
  readonly freeBytes: number | null;
  readonly reserveBytes: number;
  readonly enough: boolean;
}

export interface ListedLetter {
  readonly record: number;
  readonly at: string;
  readonly source: string;
  readonly device: string | null;
  readonly code: ErrorCode;
  readonly detail: string;
}

/** Which dead letters are meant; times as ISO 8601. */
export type LetterFilter = Readonly<Partial<Record<'code' | 'device' | 'source' | 'from' | 'to', string>>>;

export interface LetterPage {
  readonly counts: Counts;
  readonly devices: readonly { readonly device: string; readonly count: number }[];
  readonly deadLetters: readonly ListedLetter[];
  readonly nextLink: string | null;
}

export interface Letter extends ListedLetter {
  readonly message:
    | {
        readonly kept: true;
        readonly topic: string;
        readonly receivedAt: string;
        readonly bytes: number;
        readonly text: string | null;
        readonly hex: string;
        readonly cut: boolean;
      }
    | { readonly kept: false; readonly reason: string };
  readonly change?: { readonly edits: number; readonly first: readonly unknown[] };
  readonly events: readonly {
    readonly kind: string;
    readonly device: string;
    readonly deviceName: string | null;
    readonly time: string | null;
    readonly fPort?: number;
    readonly fCnt?: number | null;
    readonly payloadHex?: string;
    readonly values?: Readonly<Record<string, unknown>> | null;
    readonly registered: boolean;
    readonly model: string | null;
  }[];
  readonly now: {
    readonly readings: readonly {
      readonly datastream: number;
      readonly phenomenonTime: string;
      readonly result: unknown;
    }[];
    readonly deadLetters: readonly { readonly code: ErrorCode; readonly detail: string }[];
  } | null;
}

export interface Selection {
  readonly device?: string;
  readonly model?: string;
  readonly datastream?: number;
  readonly from?: string;
  readonly to?: string;
}

export interface Offer {
  readonly model: string;
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly devices: number;
  readonly records: number;
  readonly observations: number;
}

interface JobBase {
  readonly id: number;
  readonly state: 'running' | 'done' | 'cancelled' | 'failed';
  readonly dryRun: boolean;
  readonly by: string;
  readonly created: string;
  readonly ended: string | null;
  readonly waitsFor: string | null;
  readonly error: string | null;
}

export interface RequeueJob extends JobBase {
  readonly kind: 'requeue';
  readonly deadLetters: Readonly<Record<string, unknown>>;
  readonly letters: {
    readonly decoded: number;
    /** The store refused them before; a dry run does not ask it. Jobs of before did not count them. */
    readonly untried?: number;
    readonly gone: number;
    readonly stillDead: Counts;
  };
}

export interface DecodeAgainJob extends JobBase {
  readonly kind: 'decode-again';
  readonly selection: Selection;
  readonly progress: { readonly phase: string; readonly share: number; readonly messages: number };
  readonly rows: Readonly<Record<RowCount, number>>;
  readonly deadLetters: { readonly new: number; readonly healed: number };
  readonly datastreams: { readonly ended: readonly EndedStream[]; readonly resumed: readonly EndedStream[] };
  readonly examples?: readonly Example[];
}

export type RowCount = 'added' | 'changed' | 'removed' | 'kept' | 'repeated' | 'rejected' | 'withoutRecord' | 'frozen';

export interface EndedStream {
  readonly datastream: number;
  readonly name: string;
  readonly channel: string;
}

export interface Example {
  readonly kind: 'added' | 'changed' | 'removed';
  readonly datastream: number;
  readonly record: number;
  readonly phenomenonTime: string;
  readonly before: { readonly result: unknown } | null;
  readonly after: { readonly result: unknown } | null;
}

export type Job = RequeueJob | DecodeAgainJob;

/** Days. */
type Kept = number | 'forever';

export interface RetentionReport {
  readonly classes: readonly {
    readonly name: string;
    readonly keeps: {
      readonly frames: Kept;
      readonly framesMiB: number | 'unlimited';
      readonly observations: Kept;
      readonly hourly: Kept | 'none';
      readonly daily: Kept | 'none';
    };
    readonly datastreams: number;
    readonly oldestObservation: string | null;
    readonly nextRunRemoves: { readonly observations: number };
    readonly frames: { readonly messages: number; readonly bytes: number; readonly oldest: string | null };
  }[];
  readonly lastRun: { readonly at: string; readonly rows: number; readonly failure: string | null } | null;
}

/** What a freeze or an erasure is to cover: one of the first five. */
export interface Named {
  readonly device?: string;
  /** Id, or key. */
  readonly thing?: number | string;
  readonly datastreams?: readonly number[];
  readonly organisation?: string;
  readonly all?: true;
  readonly from?: string;
  readonly to?: string;
  readonly reason: string;
}

export interface Freeze {
  readonly id: string;
  /** Of a new one; false: a store has not said yet what became of what was being deleted before. */
  readonly settled?: boolean;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
  /** null: all. */
  readonly datastreams: readonly number[] | null;
  readonly devices: readonly string[];
  readonly from: string | null;
  readonly to: string | null;
  readonly lifted: { readonly at: string; readonly by: string; readonly reason: string } | null;
}

export interface Erasure {
  readonly id: string;
  readonly state: 'done' | 'waiting' | 'waiting for the store' | 'observations' | 'journal' | 'held by a freeze';
  readonly asked: Pick<Named, 'device' | 'thing' | 'datastreams'>;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
  readonly datastreams: readonly number[];
  readonly devices: readonly string[];
  readonly from: string | null;
  readonly to: string;
  readonly segments?: { readonly done: number; readonly of: number } | null;
  readonly done?: string;
}

export interface BackupStatus {
  readonly state: 'none' | 'running' | 'done' | 'failed';
  readonly began: string | null;
  readonly ended: string | null;
  readonly progress: {
    readonly at: string;
    readonly bytes: number;
    readonly totalBytes: number;
    readonly rows: number;
  } | null;
  readonly error: string | null;
}

export interface KeptBackups {
  readonly folder: string;
  readonly backups: readonly {
    readonly name: string;
    readonly completed: string;
    readonly hub: string;
    readonly bytes: number;
    readonly files: number;
    readonly store: { readonly kind: string; readonly included: boolean };
  }[];
}
