/** Groups put together from days, hours and rows, and a word on what was read for which span. */
import { Adding, type AggregateReader, type Span, sumsAt, sumsOf } from '../../../services/history/index.ts';
import type { AggregateLevel, EntityId, RowExtra } from '../../../services/model/index.ts';
import type { Aggregates } from '../../../services/timeseries/index.ts';
import type { BoundedQuery, Share, SourceName } from './aggregate-sources.ts';
import type { RequestContext } from './context.ts';

export interface SourceSpan extends Span {
  readonly source: SourceName;
}

/** Spans that an answer tells of each source; beyond it the nearest become one. */
const TOLD = 20;
const SOURCES: readonly SourceName[] = ['daily', 'hourly', 'raw', 'gone'];

export async function byShares(
  query: BoundedQuery,
  shares: readonly Share[],
  context: RequestContext,
): Promise<Aggregates> {
  const groups = new Groups(query);
  for (const share of shares) {
    for (const span of share.raw) {
      const { from, to } = span;
      const found = await context.store.aggregate({ ...query, datastreams: share.datastreams, from, to });
      context.pace.check();
      for (let i = 0; i < found.length; i++) {
        if (context.pace.stepDue()) await context.pace.breathe();
        groups.at(found.ds[i]!, found.bucket[i]!).add(sumsAt(found, i), from);
      }
    }
    await addLevel(share, 'daily', groups, context);
    await addLevel(share, 'hourly', groups, context);
  }
  return groups.finish();
}

async function addLevel(share: Share, level: AggregateLevel, groups: Groups, context: RequestContext): Promise<void> {
  const { pace } = context;
  const aggregates = context.aggregates as AggregateReader;
  const sources = new Map<EntityId, EntityId>();
  for (const id of share.datastreams) {
    const stream = aggregates.streamOf(id, level);
    if (stream !== undefined) sources.set(stream, id);
  }
  if (sources.size === 0) return;
  const datastreams = [...sources.keys()].sort((a, b) => a - b);
  for (const { from, to } of share[level]) {
    for await (const rows of context.rows({ datastreams, from, to, order: 'id', offset: 0, limit: Infinity })) {
      pace.check();
      for (let i = 0; i < rows.length; i++) {
        if (pace.stepDue()) await pace.breathe();
        const t = rows.t[i]!;
        const text = rows.x.get(i);
        const sums = text === undefined ? null : sumsOf(JSON.parse(text) as RowExtra);
        if (sums !== null) groups.add(sources.get(rows.ds[i]!)!, t, sums);
      }
    }
  }
}

/** What was read, for people. */
export function toldSources(shares: readonly Share[]): SourceSpan[] {
  return SOURCES.flatMap((source) => {
    const spans = shares.flatMap((share) => share[source]).sort((a, b) => a.from - b.from);
    const told: Span[] = [];
    for (const span of spans) {
      const last = told.at(-1);
      if (last !== undefined && span.from <= last.to)
        told[told.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
      else told.push(span);
    }
    return coarser(told).map((span) => ({ source, ...span }));
  }).sort((a, b) => a.from - b.from);
}

function coarser(spans: readonly Span[]): readonly Span[] {
  if (spans.length <= TOLD) return spans;
  const each = Math.ceil(spans.length / TOLD);
  const out: Span[] = [];
  for (let i = 0; i < spans.length; i += each)
    out.push({ from: spans[i]!.from, to: spans[Math.min(i + each, spans.length) - 1]!.to });
  return out;
}

class Groups {
  readonly #query: BoundedQuery;
  readonly #groups = new Map<EntityId, Map<number, Adding>>();

  constructor(query: BoundedQuery) {
    this.#query = query;
  }

  add(ds: EntityId, t: number, sums: Parameters<Adding['add']>[0]): void {
    const bucket = this.#bucketOf(t);
    if (bucket !== -1) this.at(this.#query.perDatastream ? ds : 0, bucket).add(sums, t);
  }

  at(ds: EntityId, bucket: number): Adding {
    let buckets = this.#groups.get(ds);
    if (buckets === undefined) {
      buckets = new Map();
      this.#groups.set(ds, buckets);
    }
    let group = buckets.get(bucket);
    if (group === undefined) {
      group = new Adding();
      buckets.set(bucket, group);
    }
    return group;
  }

  finish(): Aggregates {
    const keys: [ds: EntityId, bucket: number, group: Adding][] = [];
    for (const [ds, buckets] of this.#groups) for (const [bucket, group] of buckets) keys.push([ds, bucket, group]);
    keys.sort(([a, i], [b, j]) => a - b || i - j);
    const column = (value: (group: Adding) => number) => Float64Array.from(keys, ([, , group]) => value(group));
    return {
      length: keys.length,
      ds: Float64Array.from(keys, ([ds]) => ds),
      bucket: Float64Array.from(keys, ([, bucket]) => bucket),
      count: column((group) => group.count),
      numbers: column((group) => group.numbers),
      mean: column((group) => group.mean),
      min: column((group) => group.min),
      max: column((group) => group.max),
      sum: column((group) => group.sum),
      first: column((group) => group.first),
      last: column((group) => group.last),
      quantiles: [],
    };
  }

  /** -1: none. */
  #bucketOf(t: number): number {
    const { edges } = this.#query;
    if (edges === null) return 0;
    let low = 0;
    let high = edges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (edges[middle]! <= t) low = middle + 1;
      else high = middle;
    }
    return low === edges.length ? -1 : low - 1;
  }
}
