/** What the reader's questions and scans work on. */
import type { DatabaseSync } from 'node:sqlite';
import type { Facts } from './facts.ts';
import type { Partitions } from './partitions.ts';

export interface ReaderStore {
  readonly partitions: Partitions;
  readonly facts: Facts;
  readonly meta: DatabaseSync;
  /** timeseries.aggregateValues */
  readonly aggregateValues: number;
}
