/** Which rows the layout of ids cannot name, so that they get an assigned @iot.id [docs/semantics.md]. */

/** Highest Datastream id of the layout: 21 bits. */
const LAST_ORDINAL = 2_097_151;
/** End of the layout's times: 42 bits of milliseconds, in the year 2109. */
const TIMES = 2 ** 42;

export function needsAssignedId(ds: number, t: number, n: number): boolean {
  return n > 0 || ds > LAST_ORDINAL || t < 0 || t >= TIMES;
}
