/** What the writer knows in memory of the Datastreams of one slice: columns by slot, the slot by Datastream id. */
export class Statistics {
  readonly #slots = new Map<number, number>();
  #capacity = 256;
  count = new Float64Array(this.#capacity);
  minT = new Float64Array(this.#capacity);
  maxT = new Float64Array(this.#capacity);
  minR = new Float64Array(this.#capacity);
  maxR = new Float64Array(this.#capacity);

  get streams(): Iterable<[ds: number, slot: number]> {
    return this.#slots;
  }

  /** -1: the Datastream has no rows here. */
  find(ds: number): number {
    return this.#slots.get(ds) ?? -1;
  }

  /** The slot of a Datastream; a new one holds nothing. */
  slot(ds: number): number {
    const known = this.#slots.get(ds);
    if (known !== undefined) return known;
    const slot = this.#slots.size;
    if (slot === this.#capacity) this.#grow();
    this.#slots.set(ds, slot);
    this.count[slot] = 0;
    this.minT[slot] = Number.POSITIVE_INFINITY;
    this.maxT[slot] = Number.NEGATIVE_INFINITY;
    this.minR[slot] = Number.POSITIVE_INFINITY;
    this.maxR[slot] = Number.NEGATIVE_INFINITY;
    return slot;
  }

  #grow(): void {
    this.#capacity *= 2;
    for (const column of ['count', 'minT', 'maxT', 'minR', 'maxR'] as const) {
      const larger = new Float64Array(this.#capacity);
      larger.set(this[column]);
      this[column] = larger;
    }
  }
}

/** First and last time of the Datastreams over all finished slices of a partition. */
export class Reach {
  readonly #slots = new Map<number, number>();
  #min = new Float64Array(256);
  #max = new Float64Array(256);

  add(ds: number, min: number, max: number): void {
    const known = this.#slots.get(ds);
    const slot = known ?? this.#slots.size;
    if (slot === this.#min.length) {
      this.#min = doubled(this.#min);
      this.#max = doubled(this.#max);
    }
    this.#min[slot] = known === undefined ? min : Math.min(min, this.#min[slot]!);
    this.#max[slot] = known === undefined ? max : Math.max(max, this.#max[slot]!);
    if (known === undefined) this.#slots.set(ds, slot);
  }

  /** Whether a row at this time can be there already. */
  covers(ds: number, t: number): boolean {
    const slot = this.#slots.get(ds);
    return slot !== undefined && t >= this.#min[slot]! && t <= this.#max[slot]!;
  }
}

function doubled(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}
