/**
 * What is known of Datastreams without asking: how many rows, their first time, the last end of their times. The writer says
 * what its batches change. A count that was taken while a batch was under way may hold its rows or not, so it is kept only if
 * no batch in that time touched its Datastream.
 */
export interface StreamFacts {
  count: number;
  first: number;
  /** Start of the last row. */
  last: number;
  /** Greatest end of an interval; −Infinity: there is none. */
  end: number;
}

interface Added {
  readonly ds: Int32Array;
  readonly t: Float64Array;
  readonly end: Float64Array;
}

interface Observation {
  /** Batches that were under way beside it and are still. */
  readonly beside: Set<number>;
  /** Touched meanwhile; null: all. */
  touched: Set<number> | null;
  /** What was found; null: not yet. */
  found: ReadonlyMap<number, StreamFacts> | null;
}

/** Memory of one Datastream's facts, about. */
const BYTES = 150;

export class Facts {
  readonly #known = new Map<number, StreamFacts>();
  readonly #limit: number;
  readonly #batches = new Set<number>();
  readonly #observations = new Set<Observation>();

  /** `limit`: bytes, about. */
  constructor(limit: number) {
    this.#limit = Math.floor(limit / BYTES);
  }

  get(ds: number): StreamFacts | undefined {
    return this.#known.get(ds);
  }

  /** A Datastream without rows so far. */
  isNew(ds: number): void {
    if (this.#known.size < this.#limit)
      this.#known.set(ds, {
        count: 0,
        first: Number.POSITIVE_INFINITY,
        last: Number.NEGATIVE_INFINITY,
        end: Number.NEGATIVE_INFINITY,
      });
  }

  /** Is there no room for more? */
  get full(): boolean {
    return this.#known.size >= this.#limit;
  }

  begins(batch: number): void {
    this.#batches.add(batch);
    for (const observation of this.#observations) if (observation.found === null) observation.beside.add(batch);
  }

  ends(batch: number, added: Added, touched: Int32Array | null): void {
    this.#batches.delete(batch);
    const { ds, t, end } = added;
    for (let i = 0; i < ds.length; i++) {
      const known = this.#known.get(ds[i]!);
      if (known === undefined) continue;
      known.count++;
      if (t[i]! < known.first) known.first = t[i]!;
      if (t[i]! > known.last) known.last = t[i]!;
      if (end[i]! > known.end) known.end = end[i]!;
    }
    if (touched === null) this.#known.clear();
    else for (const stream of touched) this.#known.delete(stream);
    for (const observation of [...this.#observations]) {
      if (!observation.beside.delete(batch)) continue;
      if (touched === null) observation.touched = null;
      if (observation.touched !== null) {
        for (const stream of ds) observation.touched.add(stream);
        for (const stream of touched!) observation.touched.add(stream);
      }
      this.#settle(observation);
    }
  }

  /** Nothing is known any more, also of what is being asked for. Batches under way end later. */
  clear(): void {
    this.#known.clear();
    for (const observation of this.#observations) observation.touched = null;
  }

  /** Something else changed in these Datastreams. */
  forget(streams: ArrayLike<number>): void {
    for (let i = 0; i < streams.length; i++) {
      this.#known.delete(streams[i]!);
      for (const { touched } of this.#observations) touched?.add(streams[i]!);
    }
  }

  /** Before the server is asked; `found` tells what it said, null: nothing. */
  observe(): (found: ReadonlyMap<number, StreamFacts> | null) => void {
    const observation: Observation = { beside: new Set(this.#batches), touched: new Set(), found: null };
    this.#observations.add(observation);
    return (found) => {
      if (found === null) this.#observations.delete(observation);
      else {
        observation.found = found;
        this.#settle(observation);
      }
    };
  }

  #settle(observation: Observation): void {
    const { beside, touched, found } = observation;
    if (found === null || beside.size > 0) return;
    this.#observations.delete(observation);
    if (touched === null) return;
    for (const [ds, facts] of found) {
      if (this.#known.size >= this.#limit) return;
      if (!touched.has(ds)) this.#known.set(ds, { ...facts });
    }
  }
}
