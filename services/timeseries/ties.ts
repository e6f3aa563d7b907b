/** Tie numbers: which rows one record brought to an instant, and the number of the next reading of it [docs/semantics.md]. */

/** EDITED_TIES of the model, which the store's threads don't import: that would double the time of a start. */
export const FIRST_EDITED_TIE = 2 ** 30;

/** What stands or stood at an instant. */
export interface Occupant {
  readonly n: number;
  readonly rec: number;
}

export function byTie(a: Occupant, b: Occupant): number {
  return a.n - b.n || a.rec - b.rec;
}

/**
 * A record brings at most one row to an instant with a number that the store may change; those of the API that are further
 * ties (from FIRST_EDITED_TIE on) keep theirs.
 */
export function sameOrigin(a: Occupant, b: Occupant): boolean {
  return a.rec === b.rec && (a.n === b.n || (a.n < FIRST_EDITED_TIE && b.n < FIRST_EDITED_TIE));
}

/** The next free number, never one that a row or a removed row has had. */
export function nextTie(taken: readonly Occupant[]): number {
  let next = 0;
  for (const { n } of taken) if (n < FIRST_EDITED_TIE && n >= next) next = n + 1;
  return next;
}
