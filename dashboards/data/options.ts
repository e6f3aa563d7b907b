/**
 * The page's limits towards the hub. Plain constants with names, not a schema: nobody configures them on a server, and a
 * validation library would weigh more than the page's own code.
 */
export interface Options {
  /** Things per page of the catalogue. The hub may answer with fewer. */
  readonly pageSize: number;
  /** Pages that one listing follows at most; what lies beyond is left out and said. */
  readonly maxPages: number;
  /** Things that are asked for by their ids in one request. */
  readonly thingsAtOnce: number;
  /** Observations per page of a chart. */
  readonly chartPageSize: number;
  /** Pages of one chart; more are cut off at the new end, and said. */
  readonly maxChartPages: number;
  /** A request without an answer is given up after this, milliseconds. */
  readonly requestTimeout: number;
  /** The style of the base map must arrive within this, milliseconds; else the plain background stays. */
  readonly baseMapTimeout: number;
  /** First wait before a reconnect, milliseconds; doubles with each failure. */
  readonly backOffFirst: number;
  /** Longest wait before a reconnect, milliseconds. */
  readonly backOffMost: number;
  /** A live connection that does not open within this is given up, milliseconds. */
  readonly openTimeout: number;
  /** After so long without a message the hub is asked for a sign of life, milliseconds. */
  readonly silence: number;
}

export const DEFAULTS: Options = {
  pageSize: 500,
  maxPages: 200,
  thingsAtOnce: 100,
  chartPageSize: 10_000,
  maxChartPages: 3,
  requestTimeout: 20_000,
  baseMapTimeout: 6_000,
  backOffFirst: 500,
  backOffMost: 20_000,
  openTimeout: 15_000,
  silence: 45_000,
};
