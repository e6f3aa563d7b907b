/** Counts: from the statistics as far as they know for certain, else from the rows. */
import type { RangeQuery } from '../port.ts';
import type { Packed } from '../threads/requests.ts';
import { Effort } from './block-effort.ts';
import { blockCount } from './block-rows.ts';
import { covers, mayMatch, overlaps, rangeOf } from './range.ts';
import type { ReaderStore } from './reader-store.ts';
import { Selection } from './selection.ts';

export function* count({ partitions, facts }: ReaderStore, query: Packed<RangeQuery>): Generator<void, number> {
  const range = rangeOf(query);
  const selection = new Selection(query.datastreams);
  const anyResult = range.resultMin === null && range.resultMax === null;
  const effort = new Effort();
  let total = 0;
  for (const span of partitions.within(range.from, range.to)) {
    for (const slice of yield* facts.of(span)) {
      if (slice.count === 0 || !overlaps(range, slice)) continue;
      if (covers(range, slice)) {
        total += selection.all ? slice.count : selection.countIn(slice);
        continue;
      }
      const unsure: number[] = [];
      selection.eachIn(slice, (i) => {
        // without an object for each: there may be a hundred thousand
        if (anyResult && slice.minTime(i) >= range.from && slice.maxTime(i) <= range.to) total += slice.counts[i]!;
        else if (slice.minTime(i) <= range.to && slice.maxTime(i) >= range.from) unsure.push(i);
      });
      const streams = anyResult ? unsure : unsure.filter((i) => mayMatch(range, slice.facts(i)));
      total += yield* blockCount({ partitions, span, slice, streams, range, effort });
      yield;
    }
  }
  return total;
}
