/** What the reader's questions and scans work on. */
import type { Dialect } from '../generations.ts';
import type { InfluxOptions } from '../options.ts';
import type { Known } from './known.ts';
import type { Asker, Requests } from './requests.ts';

export interface ReaderStore {
  readonly known: Known;
  readonly requests: Pick<Requests, 'ask'>;
  readonly asker: Asker;
  readonly from: Dialect['from'];
  readonly options: Pick<InfluxOptions, 'readSeries' | 'readStatements' | 'pageRows'>;
  /** The hub's time, milliseconds. */
  readonly now: number;
  /** timeseries.windowRows */
  readonly windowRows: number;
  /** timeseries.aggregateValues */
  readonly aggregateValues: number;
}
