/** Tie numbers: which rows one record brought to an instant, and the number of the next reading of it [docs/semantics.md]. */

/** EDITED_TIES of the model, which the store's threads don't import: that would double the time of a start. */
export const FIRST_EDITED_TIE = 2 ** 30;
const LAST_TIE = 2 ** 31 - 1;
/** So many numbers at the end are for rows whose number was taken. */
const DISPLACED = 2 ** 20;

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

/**
 * The number of a row of the API whose own one is taken by another row of the API. The last free one: the numbers that the API
 * gives come from the other end.
 */
export function lastFreeTie(taken: readonly Occupant[]): number {
  const held = new Set(taken.map(({ n }) => n));
  let last = LAST_TIE;
  while (held.has(last)) last--;
  return last;
}

/**
 * The rows that an edit of the API means by a record's number `n` which stands as a tombstone there: the one that got another
 * number because this one was taken. Empty where that is not certain.
 */
export function displacedRow<Row extends Occupant>(
  rows: readonly Row[],
  buried: readonly Occupant[],
  row: Occupant,
): Row[] {
  if (row.n < FIRST_EDITED_TIE || !buried.some(({ n, rec }) => n === row.n && rec === row.rec)) return [];
  const found = rows.filter(({ n, rec }) => rec === row.rec && n > LAST_TIE - DISPLACED);
  return found.length === 1 ? found : [];
}
