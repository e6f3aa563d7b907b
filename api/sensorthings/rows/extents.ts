/**
 * First and last phenomenonTime of Datastreams. The first rarely changes, so it is remembered for a while; the last comes
 * from the latest readings in memory as soon as it is newer.
 */
import type { Clock } from '../../../services/model/index.ts';
import type { LatestReader } from '../../../services/timeseries/index.ts';
import { Time } from '../syntax/index.ts';
import { mapLimit } from './map-limit.ts';
import type { ObservationSource } from './source.ts';

interface Known {
  readonly first: number;
  readonly last: number;
  /** When it was asked, milliseconds since 1970. */
  readonly at: number;
}
/** A Datastream without rows. */
const NONE = Number.NaN;

export class ExtentCache {
  readonly #store: ObservationSource;
  readonly #latest: LatestReader;
  readonly #clock: Clock;
  readonly #keep: number;
  readonly #concurrency: number;
  readonly #known = new Map<number, Known>();

  constructor(parts: {
    store: ObservationSource;
    latest: LatestReader;
    clock: Clock;
    seconds: number;
    concurrency: number;
  }) {
    this.#store = parts.store;
    this.#latest = parts.latest;
    this.#clock = parts.clock;
    this.#keep = parts.seconds * 1000;
    this.#concurrency = parts.concurrency;
  }

  /** Puts the extents of these Datastreams into `into`; null where there is no row. */
  async load(datastreams: Iterable<number>, into: Map<number, Time | null>): Promise<void> {
    const now = this.#clock.now();
    const missing: number[] = [];
    for (const id of datastreams) {
      if (into.has(id)) continue;
      const known = this.#fresh(id, now);
      if (known === undefined) missing.push(id);
      else into.set(id, known);
    }
    await mapLimit(missing, this.#concurrency, async (id) => {
      const extent = await this.#store.extent(id);
      this.#known.set(id, { first: extent?.firstTime ?? NONE, last: extent?.lastTime ?? NONE, at: now });
      into.set(id, extent === null ? null : new Time(extent.firstTime, extent.lastTime));
    });
  }

  #fresh(id: number, now: number): Time | null | undefined {
    const known = this.#known.get(id);
    if (known === undefined || now - known.at > this.#keep) return undefined;
    const latest = this.#latest.get(id);
    if (Number.isNaN(known.first)) return latest === null ? null : undefined;
    return new Time(known.first, latest === null ? known.last : Math.max(known.last, latest.t));
  }
}
