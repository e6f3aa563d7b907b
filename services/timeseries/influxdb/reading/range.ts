/** The bounds of a query, as whole milliseconds and as conditions of InfluxQL. */
import type { RangeQuery } from '../../port.ts';
import { nanoseconds } from '../instants.ts';
import { decimal } from './statements.ts';

/** Inclusive, both, milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Range extends Span {
  readonly resultMin: number | null;
  readonly resultMax: number | null;
}

/** EARLIEST and LATEST of the model, which the threads don't import: that would double the time of a start. */
export const ALL_TIMES: Span = { from: Date.UTC(1700, 0, 1), to: Date.UTC(2250, 0, 1) - 1 };

/** The whole milliseconds in [from, to), within the times that are accepted. */
export function rangeOf(query: Pick<RangeQuery, 'from' | 'to' | 'resultMin' | 'resultMax'>): Range {
  return {
    from: query.from === null ? ALL_TIMES.from : Math.max(ALL_TIMES.from, Math.ceil(query.from)),
    to: query.to === null ? ALL_TIMES.to : Math.min(ALL_TIMES.to, Math.ceil(query.to) - 1),
    resultMin: query.resultMin ?? null,
    resultMax: query.resultMax ?? null,
  };
}

export function anyResult({ resultMin, resultMax }: Range): boolean {
  return resultMin === null && resultMax === null;
}

export function timesIn({ from, to }: Span): string {
  return `time >= ${nanoseconds(from)} AND time < ${nanoseconds(to + 1)}`;
}

/**
 * Only a numeric result stands in `value`, so nothing else matches. A bound that InfluxQL can't write is left to `matches`,
 * and so is an infinite one.
 */
export function resultsIn(range: Range): string | null {
  if (anyResult(range)) return null;
  const conditions: string[] = [];
  for (const [sign, bound] of [
    ['>=', range.resultMin],
    ['<=', range.resultMax],
  ] as const) {
    const text = bound !== null && Number.isFinite(bound) ? decimal(bound) : null;
    if (text !== null) conditions.push(`"value" ${sign} ${text}`);
  }
  return conditions.length === 0 ? null : conditions.join(' AND ');
}

/** Whether the conditions say all that the bounds of the result do. */
export function saysAll(range: Range): boolean {
  return [range.resultMin, range.resultMax].every(
    (bound) => bound === null || (Number.isFinite(bound) && decimal(bound) !== null),
  );
}

/** Of a row in the range's times: whether its result is within the bounds. `type`: RESULT, 0 is a number. */
export function matches({ resultMin, resultMax }: Range, type: number, r: number): boolean {
  if (resultMin === null && resultMax === null) return true;
  return type === 0 && (resultMin === null || r >= resultMin) && (resultMax === null || r <= resultMax);
}
