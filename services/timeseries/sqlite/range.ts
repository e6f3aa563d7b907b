/** The query's bounds without nulls, and what they say about slices without reading their rows. */
import type { RangeQuery } from '../port.ts';
import type { SliceFacts, StreamFacts } from './readable-partition.ts';

export interface Range {
  /** Inclusive, both. */
  readonly from: number;
  readonly to: number;
  readonly resultMin: number | null;
  readonly resultMax: number | null;
}

/** Wider than any accepted time, and safe as an SQLite integer. */
const ALL_TIMES = 1e15;

/** The whole milliseconds in [from, to). */
export function rangeOf(query: Pick<RangeQuery, 'from' | 'to' | 'resultMin' | 'resultMax'>): Range {
  return {
    from: query.from === null ? -ALL_TIMES : Math.max(-ALL_TIMES, Math.ceil(query.from)),
    to: query.to === null ? ALL_TIMES : Math.min(ALL_TIMES, Math.ceil(query.to) - 1),
    resultMin: query.resultMin ?? null,
    resultMax: query.resultMax ?? null,
  };
}

export function overlaps(range: Range, facts: SliceFacts): boolean {
  return facts.minT <= range.to && facts.maxT >= range.from;
}

/** Whether a Datastream's rows in a slice can match. */
export function mayMatch(range: Range, facts: StreamFacts): boolean {
  if (!overlaps(range, facts)) return false;
  if (range.resultMin === null && range.resultMax === null) return true;
  if (facts.minR > facts.maxR) return false;
  return (
    (range.resultMin === null || facts.maxR >= range.resultMin) &&
    (range.resultMax === null || facts.minR <= range.resultMax)
  );
}

/** Whether all rows match for certain: then the statistics know their number. */
export function covers(range: Range, facts: SliceFacts): boolean {
  return range.resultMin === null && range.resultMax === null && range.from <= facts.minT && range.to >= facts.maxT;
}
