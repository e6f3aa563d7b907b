/**
 * Aggregates over rows in whatever order they come: the store's own, and those on their way to it. Sums are compensated
 * (Neumaier), so that the order of the rows does not show in them.
 */
import type { AggregateQuery, Aggregates } from './port.ts';
import { quantile, Values } from './quantiles.ts';

/** The highest RESULT whose rows have a number: 0 is a number, 1 a boolean as 0 or 1. */
const LAST_NUMERIC = 1;

export interface AggregationLimit {
  /** Values that may be held for quantiles at a time. */
  readonly values: number;
  /** What is thrown beyond it. */
  readonly exceeded: () => Error;
}

interface Group {
  readonly ds: number;
  readonly bucket: number;
  count: number;
  numbers: number;
  sum: number;
  /** What the sum has lost to rounding. */
  lost: number;
  min: number;
  max: number;
  first: Place | null;
  last: Place | null;
  values: Values | null;
  quantiles: readonly number[];
}

interface Place {
  ds: number;
  t: number;
  n: number;
  r: number;
}

export class Aggregation {
  readonly #edges: readonly number[] | null;
  readonly #perDatastream: boolean;
  readonly #quantiles: readonly number[];
  readonly #limit: AggregationLimit | null;
  /** By Datastream (0: one for all), then by bucket. */
  readonly #groups = new Map<number, Map<number, Group>>();
  readonly #open = new Set<Group>();
  #held = 0;
  #recent: Group | null = null;

  constructor(
    query: Pick<AggregateQuery, 'edges' | 'perDatastream' | 'quantiles'>,
    limit: AggregationLimit | null = null,
  ) {
    this.#edges = query.edges;
    this.#perDatastream = query.perDatastream;
    this.#quantiles = query.quantiles;
    this.#limit = limit;
  }

  /** `type`: RESULT. Rows outside all buckets are passed over. Throws what the limit says beyond it. */
  add(ds: number, t: number, n: number, type: number, r: number): void {
    const bucket = this.#bucketOf(t);
    if (bucket === -1) return;
    const group = this.#group(this.#perDatastream ? ds : 0, bucket);
    group.count++;
    // a result that is text has no number, and neither has one that was NaN
    if (type > LAST_NUMERIC || Number.isNaN(r)) return;
    group.numbers++;
    const sum = group.sum + r;
    group.lost += Math.abs(group.sum) >= Math.abs(r) ? group.sum - sum + r : r - sum + group.sum;
    group.sum = sum;
    if (r < group.min) group.min = r;
    if (r > group.max) group.max = r;
    if (group.first === null || group.last === null) {
      group.first = { ds, t, n, r };
      group.last = { ds, t, n, r };
    } else {
      if (compare(group.first, ds, t, n) > 0) set(group.first, ds, t, n, r);
      if (compare(group.last, ds, t, n) <= 0) set(group.last, ds, t, n, r);
    }
    if (this.#quantiles.length > 0) this.#hold(group, r);
  }

  /**
   * Says that no row of a start before `time` comes any more: the quantiles of the buckets that have ended are computed, and
   * their values need no memory from here on. Without a time: of all groups so far.
   */
  settle(time = Number.POSITIVE_INFINITY): void {
    for (const group of this.#open) {
      const end = this.#edges?.[group.bucket + 1] ?? Number.POSITIVE_INFINITY;
      if (time < end) continue;
      const sorted = group.values!.sorted();
      group.quantiles = this.#quantiles.map((q) => quantile(sorted, q));
      this.#held -= sorted.length;
      group.values = null;
      this.#open.delete(group);
    }
  }

  finish(): Aggregates {
    this.settle();
    const groups: Group[] = [];
    for (const ds of [...this.#groups.keys()].sort((a, b) => a - b)) {
      const buckets = this.#groups.get(ds)!;
      for (const bucket of [...buckets.keys()].sort((a, b) => a - b)) groups.push(buckets.get(bucket)!);
    }
    const column = (value: (group: Group) => number): Float64Array => {
      const values = new Float64Array(groups.length);
      for (let i = 0; i < groups.length; i++) values[i] = value(groups[i]!);
      return values;
    };
    const number = (value: (group: Group) => number): Float64Array =>
      column((group) => (group.numbers === 0 ? Number.NaN : value(group)));
    const sum = (group: Group): number => (Number.isFinite(group.sum) ? group.sum + group.lost : group.sum);
    return {
      length: groups.length,
      ds: column((group) => group.ds),
      bucket: column((group) => group.bucket),
      count: column((group) => group.count),
      numbers: column((group) => group.numbers),
      mean: number((group) => sum(group) / group.numbers),
      min: number((group) => group.min),
      max: number((group) => group.max),
      sum: number(sum),
      first: number((group) => group.first!.r),
      last: number((group) => group.last!.r),
      quantiles: this.#quantiles.map((_, k) => number((group) => group.quantiles[k]!)),
    };
  }

  #hold(group: Group, r: number): void {
    if (this.#limit !== null && this.#held >= this.#limit.values) throw this.#limit.exceeded();
    // a row that comes after its bucket was settled would make the quantiles wrong in silence
    if (group.values === null && group.numbers > 1) throw new Error(`Bucket ${group.bucket} was settled already`);
    group.values ??= new Values();
    group.values.add(r);
    this.#open.add(group);
    this.#held++;
  }

  /** -1: none. */
  #bucketOf(t: number): number {
    const edges = this.#edges;
    if (edges === null) return 0;
    // rows of one Datastream come in order: most are in the bucket of the one before
    const near = this.#recent?.bucket ?? -1;
    if (near !== -1 && t >= edges[near]! && t < edges[near + 1]!) return near;
    let low = 0;
    let high = edges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (edges[middle]! <= t) low = middle + 1;
      else high = middle;
    }
    return low === edges.length ? -1 : low - 1;
  }

  #group(ds: number, bucket: number): Group {
    if (this.#recent !== null && this.#recent.ds === ds && this.#recent.bucket === bucket) return this.#recent;
    let buckets = this.#groups.get(ds);
    if (buckets === undefined) {
      buckets = new Map();
      this.#groups.set(ds, buckets);
    }
    let group = buckets.get(bucket);
    if (group === undefined) {
      group = {
        ds,
        bucket,
        count: 0,
        numbers: 0,
        sum: 0,
        lost: 0,
        min: Number.POSITIVE_INFINITY,
        max: Number.NEGATIVE_INFINITY,
        first: null,
        last: null,
        values: null,
        quantiles: [],
      };
      buckets.set(bucket, group);
    }
    this.#recent = group;
    return group;
  }
}

function compare(place: Place, ds: number, t: number, n: number): number {
  return place.t - t || place.n - n || place.ds - ds;
}

function set(place: Place, ds: number, t: number, n: number, r: number): void {
  place.ds = ds;
  place.t = t;
  place.n = n;
  place.r = r;
}
