/** A job as the data folder remembers it: what was asked for, how far it is, what it has done. Plain JSON, times in milliseconds. */
import type { LetterFilter } from '../../services/journal/index.ts';
import type { ErrorCode } from '../../services/model/index.ts';
import type { Ending } from './ended.ts';
import type { Selection } from './scope.ts';

export type JobState = 'running' | 'done' | 'cancelled' | 'failed';

interface JobBase {
  readonly id: number;
  /** Name of the token that asked for it. */
  readonly by: string;
  /** Nothing is changed, only counted. */
  readonly dryRun: boolean;
  readonly created: number;
  ended: number | null;
  state: JobState;
  /** Why it does nothing at the moment; null: it works, or has ended. */
  waitsFor: string | null;
  error: string | null;
}

export interface RowCounts {
  added: number;
  changed: number;
  removed: number;
  /** Not touched, because a person edited or deleted them. */
  kept: number;
  /** Repetitions of uplinks whose rows stand. */
  repeated: number;
  /** Refused by the store: dead letters. */
  rejected: number;
  /** They stay as they are: the journal no longer keeps their records. */
  withoutRecord: number;
  /** They ought to change or go and stay as they are: a freeze holds them as evidence. */
  frozen: number;
}

/** A row before and after, of a dry run. */
export interface Example {
  readonly kind: 'added' | 'changed' | 'removed';
  readonly datastream: number;
  readonly record: number;
  readonly time: number;
  readonly before: ExampleRow | null;
  readonly after: ExampleRow | null;
}

export interface ExampleRow {
  readonly result: unknown;
  /** QUALITY bits. */
  readonly quality: number;
}

export interface DecodeAgainJob extends JobBase {
  readonly kind: 'decode-again';
  readonly selection: Selection;
  /** `looking`: for rows that stand far from their messages; `reading`: messages again. */
  phase: 'waiting' | 'looking' | 'reading';
  /** Journal records: from the first to the last; `next` is the one to go on with; `messages` those of the devices. */
  readonly records: { first: number; readonly last: number; next: number; messages: number };
  readonly rows: RowCounts;
  readonly letters: { new: number; healed: number };
  endings: readonly Ending[];
  examples: Example[];
}

export interface RequeueJob extends JobBase {
  readonly kind: 'requeue';
  readonly filter: LetterFilter;
  /** Ascending; null: those of the filter. */
  readonly records: readonly number[] | null;
  /** The last dead letter that is meant, and the last that was looked at. */
  readonly last: number;
  reached: number;
  readonly letters: {
    decoded: number;
    /** Jobs of before did not count them. */
    untried?: number;
    gone: number;
    readonly stillDead: Partial<Record<ErrorCode, number>>;
  };
}

export type Job = DecodeAgainJob | RequeueJob;
