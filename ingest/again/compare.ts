/** What has to be done so that the store says what messages yield now. */
import { QUALITY, RESULT } from '../../services/model/index.ts';
import type { Places, Revision, Rows } from '../../services/timeseries/index.ts';
import type { Pace } from './pace.ts';
import type { Standing, Wanted } from './reading.ts';

export interface Differences {
  /** Rows that stand, with what they say from now on. */
  readonly change: readonly { readonly before: Standing; readonly after: Wanted }[];
  readonly remove: readonly Standing[];
  /** Rows that don't stand; the store knows whether somebody deleted them, or whether they repeat others. */
  readonly add: readonly Wanted[];
  /** Rows that would change or go, but are held as evidence. */
  readonly frozen: number;
}

export async function differencesOf(
  wanted: readonly Wanted[],
  standing: readonly Standing[],
  pace: Pick<Pace, 'step'>,
  isFrozen: (datastream: number, t: number) => boolean = () => false,
): Promise<Differences> {
  const there = new Map<string, Standing>();
  for (const [i, row] of standing.entries()) {
    there.set(keyOf(row), row);
    if (i % ROWS_PER_STEP === 0) await pace.step();
  }
  let frozen = 0;
  const add: Wanted[] = [];
  const change: { before: Standing; after: Wanted }[] = [];
  for (const [i, after] of wanted.entries()) {
    if (i % ROWS_PER_STEP === 0) await pace.step();
    const key = keyOf(after);
    const before = there.get(key);
    there.delete(key);
    if (before === undefined) add.push(after);
    else if (isOther(before, after) && (before.q & QUALITY.edited) === 0) {
      if (isFrozen(before.ds, before.t)) frozen += 1;
      else change.push({ before, after });
    }
  }
  const remove: Standing[] = [];
  for (const row of there.values()) {
    if ((row.q & QUALITY.edited) !== 0) continue;
    if (isFrozen(row.ds, row.t)) frozen += 1;
    else remove.push(row);
  }
  return { change, remove, add, frozen };
}

const ROWS_PER_STEP = 200;

export function revisionOf({ change, remove }: Pick<Differences, 'change' | 'remove'>): Revision {
  return { set: setOf(change), remove: placesOf(remove) };
}

function keyOf({ rec, ds, t }: Pick<Wanted, 'rec' | 'ds' | 't'>): string {
  return `${rec} ${ds} ${t}`;
}

function isOther(a: Standing, b: Wanted): boolean {
  if (a.type !== b.type || a.q !== b.q || a.x !== b.x) return true;
  // −0 is stored as 0, and what is no number has none
  return a.type <= RESULT.boolean && a.r !== b.r;
}

function setOf(change: Differences['change']): Rows {
  const x = new Map<number, string>();
  change.forEach(({ after }, i) => {
    if (after.x !== null) x.set(i, after.x);
  });
  return {
    length: change.length,
    ds: change.map(({ before }) => before.ds),
    t: change.map(({ before }) => before.t),
    n: change.map(({ before }) => before.n),
    r: change.map(({ after }) => after.r),
    type: change.map(({ after }) => after.type),
    rec: change.map(({ before }) => before.rec),
    q: change.map(({ after }) => after.q),
    id: change.map(({ before }) => before.id),
    x,
  };
}

function placesOf(rows: readonly Standing[]): Places {
  return {
    length: rows.length,
    ds: rows.map(({ ds }) => ds),
    t: rows.map(({ t }) => t),
    n: rows.map(({ n }) => n),
    rec: rows.map(({ rec }) => rec),
  };
}
