/**
 * What is being deleted, so that nobody writes there. When a deletion leaves a series without points, InfluxDB takes the series
 * out of its index, and a point that is written to it meanwhile, at whatever time, is lost though it is acknowledged (seen on
 * 1.6.7). The same holds within a shard. So a barrier reaches as far as the shards that the deletion may touch, and over all
 * times of a Datastream that may lose everything.
 */
import type { Where } from './generations.ts';
import { whereOf } from './schema.ts';
import type { Session } from './session.ts';

export interface Stretch {
  readonly streams: Iterable<number>;
  /** null: in both policies. */
  readonly where: Where | null;
  /** Milliseconds, both inclusive. */
  readonly from: number;
  readonly to: number;
  /** Those of the Datastreams that may lose all their points. */
  readonly whole: Iterable<number>;
  /** What the hub keeps of removed rows goes, whatever its time. */
  readonly marks: boolean;
}

/** Does somebody who writes write there? */
export type Touches = (barrier: Barrier) => boolean;

export class Barrier {
  readonly marks: boolean;
  /** The server has not said whether it did it. */
  doubtful = false;
  readonly #streams: ReadonlySet<number>;
  readonly #whole: ReadonlySet<number>;
  readonly #stretch: Stretch;
  readonly #session: Session;
  readonly #done = Promise.withResolvers<void>();

  constructor(stretch: Stretch, session: Session) {
    this.#stretch = stretch;
    this.#session = session;
    this.#streams = new Set(stretch.streams);
    this.#whole = new Set(stretch.whole);
    this.marks = stretch.marks;
  }

  get done(): Promise<void> {
    return this.#done.promise;
  }

  end(): void {
    this.#done.resolve();
  }

  has(ds: number): boolean {
    return this.#streams.has(ds);
  }

  /** A row of this Datastream at this time. */
  meets(ds: number, t: number): boolean {
    if (!this.#streams.has(ds)) return false;
    if (this.#whole.has(ds)) return true;
    const { current, shards } = this.#session;
    const at = whereOf(t, current);
    const { where, from, to } = this.#stretch;
    if (where !== null && at !== where) return false;
    return t >= from - shards[at] && t <= to + shards[at];
  }
}

/** Instants that are looked at and written, and their marks. */
export function touchesInstants(wanted: ReadonlyMap<number, Iterable<number>>): Touches {
  return (barrier) => {
    for (const [ds, times] of wanted) {
      if (!barrier.has(ds)) continue;
      if (barrier.marks) return true;
      for (const t of times) if (barrier.meets(ds, t)) return true;
    }
    return false;
  };
}
