/** Rows of the store as Observations that the reader may see, all of a range or those behind the end of a page. */
import type { EntityId } from '../../../services/model/index.ts';
import type { RangeQuery, RowOrder } from '../../../services/timeseries/index.ts';
import { Observation } from '../schema/index.ts';
import type { Place } from '../syntax/index.ts';
import type { RequestContext } from './context.ts';

export type Range = Pick<RangeQuery, 'datastreams' | 'from' | 'to' | 'resultMin' | 'resultMax'>;

export async function* scan(query: RangeQuery, context: RequestContext): AsyncGenerator<Observation[]> {
  const { env, pace } = context;
  for await (const rows of context.rows(query)) {
    pace.check();
    const out: Observation[] = [];
    let last = Number.NaN;
    let isVisible = false;
    for (let i = 0; i < rows.length; i++) {
      const stream = rows.ds[i]!;
      if (stream !== last) {
        last = stream;
        isVisible = env.stream(stream) !== undefined;
      }
      if (isVisible) out.push(new Observation(rows, i));
    }
    yield out;
  }
}

/**
 * What comes behind a place in an order of the store. Rows that have arrived before it don't shift the page, and the rows
 * before it are not counted again: the hundredth page costs what the first one does.
 */
export async function* scanBehind(
  place: Place,
  range: Range,
  order: RowOrder,
  limit: number,
  context: RequestContext,
): AsyncGenerator<Observation[]> {
  const sign = order.startsWith('-') ? -1 : 1;
  const byTime = order.endsWith('time');
  let left = limit;
  for (const part of byTime ? [fromTime(range, place, sign)] : fromStream(range, place, sign, context)) {
    // Of the rows at the place's own moment some were on the page before: how many, only they tell.
    for await (const chunk of scan({ ...part, order, offset: 0, limit: Infinity }, context)) {
      const behind = chunk.filter((row) => compare(row, place, byTime) * sign > 0).slice(0, left);
      left -= behind.length;
      if (behind.length > 0) yield behind;
      if (left === 0) return;
    }
  }
}

function compare(row: Observation, { t, ds, n }: Place, byTime: boolean): number {
  const stream = row.datastream - ds;
  return (byTime ? row.t - t || stream : stream || row.t - t) || row.tie - n;
}

function fromTime(range: Range, { t }: Place, sign: 1 | -1): Range {
  return sign === 1
    ? { ...range, from: Math.max(range.from ?? t, t) }
    : { ...range, to: Math.min(range.to ?? t + 1, t + 1) };
}

/** The rest of the place's own stream, then the streams behind it. */
function fromStream(range: Range, place: Place, sign: 1 | -1, { view }: RequestContext): Range[] {
  const all: Iterable<EntityId> = range.datastreams ?? [
    ...view.set('Datastreams').keys(),
    ...view.set('MultiDatastreams').keys(),
  ];
  const others: EntityId[] = [];
  let own = false;
  for (const id of all) {
    if (id === place.ds) own = true;
    else if ((id - place.ds) * sign > 0) others.push(id);
  }
  const parts: Range[] = own ? [fromTime({ ...range, datastreams: [place.ds] }, place, sign)] : [];
  if (others.length > 0) parts.push({ ...range, datastreams: others.sort((a, b) => a - b) });
  return parts;
}
