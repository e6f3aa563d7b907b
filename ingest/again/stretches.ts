/**
 * The journal in stretches of records. Nothing in the store leads from a record to its rows; but most of them stand at about the
 * time when the record came, and where the others stand is found in one pass over the Datastreams before the work begins.
 */
import type { Journal } from '../../services/journal/index.ts';
import { QUALITY } from '../../services/model/index.ts';
import type { TimeseriesStore } from '../../services/timeseries/index.ts';
import type { Pace } from './pace.ts';
import type { Scope, Selection } from './scope.ts';

/** Records at the most in one. */
const RECORDS = 10_000;
/** Clocks of devices and networks run a little apart. */
const NEAR_MS = 60_000;
/** The hub's own clock may have been set. */
const CLOCK_MS = 86_400_000;
/** Datastreams that one pass of the store covers, so that it can be taken up again. */
const AT_ONCE = 500;

export interface Span {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

export interface Stretch {
  readonly first: number;
  readonly last: number;
  /** When its records came, and a little around. */
  readonly near: Span;
  /** Where rows of its records stand before and behind that. */
  before: Span | null;
  behind: Span | null;
}

/** From record `first` on; those that came outside the selection's time are left out. */
export async function stretchesOf(
  journal: Pick<Journal, 'get' | 'first'>,
  range: { readonly first: number; readonly last: number },
  { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: Selection,
  windowRows: number,
  goesOn: () => void,
): Promise<Stretch[]> {
  const stretches: Stretch[] = [];
  const size = Math.min(RECORDS, windowRows);
  let begin = await timeOf(journal, range.first, range.last);
  for (let first = range.first; first <= range.last; first += size) {
    goesOn();
    const last = Math.min(first + size - 1, range.last);
    const end = (await timeOf(journal, last, range.last)) ?? begin;
    if (begin === null || end === null) break;
    const near = { from: Math.min(begin, end) - NEAR_MS, to: Math.max(begin, end) + NEAR_MS };
    if (near.to + CLOCK_MS >= from && near.from - CLOCK_MS < to)
      stretches.push({ first, last, near, before: null, behind: null });
    begin = end;
  }
  return stretches;
}

/** When a record came; of a damaged one, the next that is whole. */
async function timeOf(journal: Pick<Journal, 'get'>, number: number, last: number): Promise<number | null> {
  for (let at = number; at <= Math.min(last, number + 100); at++) {
    const record = await journal.get(at);
    if (record !== null) return record.at;
  }
  return null;
}

export interface StrayPorts {
  readonly store: Pick<TimeseriesStore, 'scan'>;
  readonly pace: Pace;
  readonly goesOn: () => void;
}

export interface Found {
  /** Rows that were looked at. */
  rows: number;
  /** Of records that the journal no longer keeps. */
  orphans: number;
}

/**
 * Notes where rows of the stretches' records stand that are not near. `orphans`: rows of records before `oldest` are counted.
 * Calls `again` for each part of the Datastreams, which may repeat it.
 */
export async function findStrays(
  { store, pace, goesOn }: StrayPorts,
  scope: Scope,
  stretches: readonly Stretch[],
  oldest: number,
  again: (part: () => Promise<Found>) => Promise<Found>,
): Promise<Found> {
  const total = { rows: 0, orphans: 0 };
  for (let i = 0; i < scope.datastreams.length; i += AT_ONCE) {
    const datastreams = scope.datastreams.slice(i, i + AT_ONCE);
    const found = await again(async () => {
      const seen = { rows: 0, orphans: 0 };
      const query = {
        datastreams,
        from: null,
        to: null,
        order: 'id',
        offset: 0,
        limit: Number.POSITIVE_INFINITY,
      } as const;
      for await (const rows of store.scan(query)) {
        goesOn();
        for (let k = 0; k < rows.length; k++) {
          const rec = rows.rec[k] as number;
          if (rec >= oldest) note(stretches, rec, rows.t[k] as number);
          else if (((rows.q[k] as number) & QUALITY.edited) === 0) seen.orphans += 1;
        }
        seen.rows += rows.length;
        await pace.step();
      }
      return seen;
    });
    total.rows += found.rows;
    total.orphans += found.orphans;
  }
  return total;
}

function note(stretches: readonly Stretch[], rec: number, t: number): void {
  const stretch = stretchOf(stretches, rec);
  if (stretch === null) return;
  const { near } = stretch;
  if (t < near.from) stretch.before = widened(stretch.before, t);
  else if (t >= near.to) stretch.behind = widened(stretch.behind, t);
}

function widened(span: Span | null, t: number): Span {
  if (span === null) return { from: t, to: t + 1 };
  return t >= span.from && t < span.to ? span : { from: Math.min(span.from, t), to: Math.max(span.to, t + 1) };
}

function stretchOf(stretches: readonly Stretch[], rec: number): Stretch | null {
  let low = 0;
  let high = stretches.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const stretch = stretches[middle] as Stretch;
    if (rec < stretch.first) high = middle - 1;
    else if (rec > stretch.last) low = middle + 1;
    else return stretch;
  }
  return null;
}

/** Where rows of these stretches can stand: spans apart from one another, ascending. */
export function spansOf(stretches: readonly Stretch[]): Span[] {
  const all = stretches.flatMap(({ near, before, behind }) => [near, before, behind]).filter((span) => span !== null);
  const spans: Span[] = [];
  for (const span of all.sort((a, b) => a.from - b.from)) {
    const last = spans.at(-1);
    if (last === undefined || span.from > last.to) spans.push(span);
    else if (span.to > last.to) spans[spans.length - 1] = { from: last.from, to: span.to };
  }
  return spans;
}
