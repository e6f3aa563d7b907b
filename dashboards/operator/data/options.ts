/** The page's limits towards the hub: plain constants with names, like those of the map. */
export interface Options {
  /** The state is asked for so often, milliseconds. */
  readonly every: number;
  /** A running job, erasure or backup is looked at so often, milliseconds. */
  readonly everyWhileRunning: number;
  /** A request without an answer is given up after this, milliseconds. */
  readonly timeout: number;
  /** The same for requests that count or copy much. */
  readonly longTimeout: number;
  /** Dead letters on a page. */
  readonly pageSize: number;
  /** Devices that are looked at for names of models to choose from. */
  readonly devices: number;
}

export const DEFAULTS: Options = {
  every: 3000,
  everyWhileRunning: 1500,
  timeout: 10_000,
  longTimeout: 120_000,
  pageSize: 25,
  devices: 1000,
};
