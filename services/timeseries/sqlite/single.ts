/** Single-precision numbers that bound a double: half the memory, and never a wrong "can't match". */
const LARGEST = (2 - 2 ** -23) * 2 ** 127;
/** Relative distance of two neighbours at the most, and the smallest number: more than one step further is no harm. */
const STEP = 2 ** -22;
const TINY = 2 ** -148;

/** A single that is not above `value`. */
export function down(value: number): number {
  const near = Math.fround(value);
  if (near <= value) return near;
  if (near === Number.POSITIVE_INFINITY) return LARGEST;
  return Math.fround(near - Math.max(TINY, Math.abs(near) * STEP));
}

/** A single that is not below `value`. */
export function up(value: number): number {
  return -down(-value);
}
