/** Exact quantiles: the values of a group in a growing column, sorted once. */
export class Values {
  #values = new Float64Array(64);
  length = 0;

  add(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Float64Array(this.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  sorted(): Float64Array {
    return this.#values.subarray(0, this.length).sort();
  }
}

/** Between the two nearest ranks in proportion, as NumPy's and Excel's percentile do. `q` 0 … 1; no value: NaN. */
export function quantile(sorted: Float64Array, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const rank = q * (sorted.length - 1);
  const below = Math.floor(rank);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  const share = rank - below;
  // not low + (high − low) · share: the difference of large numbers may be infinite
  return share === 0 ? low : low * (1 - share) + high * share;
}
