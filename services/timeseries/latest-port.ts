/** The latest Observation of every Datastream, in memory: what maps and "latest of all" read without a store. */
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

export interface LatestReader {
  /** null: no reading yet. */
  get(datastream: number): LatestReading | null;
}
