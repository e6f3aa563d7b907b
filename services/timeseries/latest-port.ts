/** What memory knows of every Datastream: its newest Observation and its extent. Maps and lists read it without a store. */
import type { ReadingValue } from '../model/index.ts';

export interface LatestReading {
  /** phenomenonTime, milliseconds since 1970. */
  readonly t: number;
  readonly result: ReadingValue | object | null;
  /** QUALITY bits. */
  readonly quality: number;
  /** Since when the result has this value: a heartbeat confirms, it does not change. */
  readonly changedAt: number;
  /** The last time that any reading gave this value. */
  readonly confirmedAt: number;
}

/** A row as the store has it. */
export interface NewestRow {
  readonly t: number;
  readonly n: number;
  /** Assigned @iot.id, or 0. */
  readonly id: number;
  /** RESULT */
  readonly type: number;
  readonly r: number;
  readonly q: number;
  /** JSON text of a RowExtra; null: nothing rare. */
  readonly x: string | null;
}

export interface LatestReader {
  /** The latest reading, never one that lies in the future [docs/semantics.md]. null: no reading yet. */
  get(datastream: number): LatestReading | null;
  /** The last row by (t, n), those in the future included. null: there is none. undefined: only the store knows. */
  newest(datastream: number): NewestRow | null | undefined;
  /**
   * Start of the first and end of the last phenomenonTime of all rows, those on their way to the store included. null: there
   * is none. undefined: only the store knows.
   */
  extent(datastream: number): { readonly first: number; readonly last: number } | null | undefined;
}
