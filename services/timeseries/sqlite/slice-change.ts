/** What a transaction of the writer did to the statistics of one slice: absolute values, so that a repetition harms nobody. */
export interface SliceChange {
  readonly slice: number;
  readonly count: number;
  /** Infinite where the slice has no rows. */
  readonly minT: number;
  readonly maxT: number;
  /** Datastreams that changed, ascending. */
  readonly ds: Int32Array<ArrayBuffer>;
  /** For each: count (0: no rows left), minT, maxT, minR, maxR, end. No number: minR > maxR. No interval: end is NaN. */
  readonly cells: Float64Array<ArrayBuffer>;
}

/** Cells of a Datastream. */
export const CELLS = 6;

export function changeOf(
  head: Pick<SliceChange, 'slice' | 'count' | 'minT' | 'maxT'>,
  rows: readonly (readonly [ds: number, ...cells: number[]])[],
): SliceChange {
  const sorted = rows.toSorted((a, b) => a[0] - b[0]);
  const cells = new Float64Array(sorted.length * CELLS);
  sorted.forEach((row, i) => {
    for (let k = 0; k < CELLS; k++) cells[i * CELLS + k] = row[k + 1]!;
  });
  return { ...head, ds: Int32Array.from(sorted, (row) => row[0]), cells };
}
