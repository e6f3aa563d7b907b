/**
 * First and last phenomenonTime of streams, as memory knows them. Where it does not (yet, or since a deletion), the store is
 * asked once for all that a request needs.
 */
import type { LatestReader, ObservationSource } from '../../../services/timeseries/index.ts';
import { Time } from '../syntax/index.ts';
import type { Pace } from './pace.ts';

/** Look-ups between two looks at the clock. */
const STEP = 512;

export class Extents {
  readonly #latest: LatestReader;
  readonly #store: ObservationSource;
  readonly #fetched = new Map<number, Time | null>();

  constructor(latest: LatestReader, store: ObservationSource) {
    this.#latest = latest;
    this.#store = store;
  }

  /** Makes `of` right for these streams. */
  async load(streams: Iterable<number>, pace: Pace): Promise<void> {
    const missing: number[] = [];
    let looked = 0;
    for (const id of streams) {
      if (++looked % STEP === 0 && pace.due()) await pace.breathe();
      if (this.#latest.extent(id) === undefined && !this.#fetched.has(id)) missing.push(id);
    }
    if (missing.length === 0) return;
    const found = await this.#store.extents(missing.sort((a, b) => a - b));
    for (const id of missing) this.#fetched.set(id, null);
    for (let i = 0; i < found.length; i++) {
      this.#fetched.set(found.ds[i]!, new Time(found.firstTime[i]!, found.lastTime[i]!));
    }
  }

  /**
   * null: it has no Observations, or memory has forgotten it since `load` because one of them was just deleted: for as long
   * as the store takes to tell, the times of that stream are missing from an answer that is under way.
   */
  of(stream: number): Time | null {
    const known = this.#latest.extent(stream);
    if (known === undefined) return this.#fetched.get(stream) ?? null;
    return known === null ? null : new Time(known.first, known.last);
  }
}
