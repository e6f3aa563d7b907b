/** A stable sort that lets others run: one call of Array.prototype.sort over 100,000 entities holds the loop for 100 ms. */
import type { Pace } from './pace.ts';

/** Sorted at once. */
const RUN = 256;

export async function sortInSteps<T>(items: readonly T[], compare: (a: T, b: T) => number, pace: Pace): Promise<T[]> {
  let runs: T[][] = [];
  for (let at = 0; at < items.length; at += RUN) {
    if (pace.due()) await pace.breathe();
    runs.push(items.slice(at, at + RUN).sort(compare));
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      const right = runs[i + 1];
      merged.push(right === undefined ? runs[i]! : await merge(runs[i]!, right, compare, pace));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge<T>(left: readonly T[], right: readonly T[], compare: (a: T, b: T) => number, pace: Pace) {
  const out: T[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length) {
    if (pace.stepDue()) await pace.breathe();
    // of equal ones the left comes first: so they stay in their order
    out.push(compare(left[l]!, right[r]!) <= 0 ? left[l++]! : right[r++]!);
  }
  while (l < left.length) out.push(left[l++]!);
  while (r < right.length) out.push(right[r++]!);
  return out;
}
