/** What the bench of the stores is asked to do. */

export type StoreName = 'sqlite' | 'influxdb';

export interface StoresBenchOptions {
  readonly stores: readonly StoreName[];
  readonly datastreams: number;
  /** Observations that stand in the fuller one already. */
  readonly stored: number;
  /** Of each load. */
  readonly seconds: number;
  /** So often each is measured. */
  readonly rounds: number;
  readonly folder: string;
  readonly token: string;
  readonly connections: number;
  readonly inFlight: number;
}
