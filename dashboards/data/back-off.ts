/**
 * How long to wait before attempt n (from 0), milliseconds: doubling up to `most`, of which a random half is taken off, so
 * that a thousand open pages don't come back in the same moment after the hub's restart.
 */
export function backOff(attempt: number, first: number, most: number, random: () => number): number {
  const full = Math.min(most, first * 2 ** Math.min(attempt, 30));
  return Math.round(full * (0.5 + random() / 2));
}
