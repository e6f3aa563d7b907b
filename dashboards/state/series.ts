import type { History, MeanSpan } from '../data/index.ts';

/** A history as a chart draws it. */
export interface Series {
  /** Seconds since 1970, ascending. */
  readonly times: number[];
  /** null: a gap, where nothing was measured. Booleans are 0 and 1. */
  readonly values: (number | null)[];
  /** They are the 0 and 1 of booleans. */
  readonly truth: boolean;
  /** They are means of hours or days; each with its smallest and largest value, ends of gaps included. null: as they came. */
  readonly means: Band | null;
}

export interface Band {
  readonly span: MeanSpan;
  readonly low: (number | null)[];
  readonly high: (number | null)[];
}

/**
 * How coarse a chart is: values as they came over few days, then means of hours, then of days. A state is shown as it was for a
 * week; the shares of single hours would say little more than that.
 */
export function spanOf(hours: number, isState: boolean): MeanSpan | null {
  if (isState) return hours <= 7 * 24 ? null : 'day';
  if (hours <= 48) return null;
  return hours <= 31 * 24 ? 'hour' : 'day';
}

/** A pause is a gap from so many usual intervals on … */
const GAP_INTERVALS = 6;
/** … and never below this, milliseconds. */
const GAP_AT_LEAST = 30 * 60_000;

/**
 * Numbers and booleans of a history; text and objects have no chart. A gap stays a gap; but a boolean holds until it
 * changes, up to `now`, unless nothing was heard for `unknownAfter`.
 */
export function seriesOf(history: History, now: number, unknownAfter: number): Series {
  const times: number[] = [];
  const values: (number | null)[] = [];
  const low: (number | null)[] = [];
  const high: (number | null)[] = [];
  let holds = false;
  const limit = gapLimit(history.times);
  let last = 0;
  for (const [at, time] of history.times.entries()) {
    const result = history.results[at];
    const value = typeof result === 'boolean' ? Number(result) : typeof result === 'number' ? result : null;
    if (value === null) continue;
    holds = typeof result === 'boolean';
    if (values.length > 0 && time - last > (holds ? unknownAfter : limit)) {
      times.push((last + (holds ? unknownAfter : 1)) / 1000);
      values.push(null);
      low.push(null);
      high.push(null);
    }
    times.push(time / 1000);
    values.push(value);
    low.push(history.means?.low[at] ?? null);
    high.push(history.means?.high[at] ?? null);
    last = time;
  }
  if (holds && now > last && now - last < unknownAfter) {
    times.push(now / 1000);
    values.push(values.at(-1) ?? null);
  }
  const means = history.means === undefined ? null : { span: history.means.span, low, high };
  return { times, values, truth: holds, means };
}

/** The same result from the first to the last of several: since when, milliseconds; null: there is nothing to compare. */
export function heldSince({ times, results }: History): number | null {
  return times.length > 1 && times[0]! < times.at(-1)! && changedAt({ times, results, cut: false }) === null
    ? times[0]!
    : null;
}

/** Since when the last result of a history has held, milliseconds; null: for all of it, or there is none. */
export function changedAt(history: History): number | null {
  const { times, results } = history;
  for (let at = results.length - 1; at > 0; at--) if (!Object.is(results[at], results[at - 1])) return times[at]!;
  return null;
}

function gapLimit(times: readonly number[]): number {
  const steps = times.slice(1).map((time, at) => time - times[at]!);
  const usual = steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  return Math.max(GAP_AT_LEAST, usual * GAP_INTERVALS);
}
