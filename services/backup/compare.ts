/** Do two stores hold the same? Counts and extents of every Datastream, all removed rows, and of some the rows themselves. */
import { createHash, type Hash } from 'node:crypto';
import type { Extents, RangeQuery, Rows, TimeseriesStore } from '../timeseries/index.ts';

export interface Comparison {
  readonly datastreams: number;
  readonly rows: number;
  /** Removed rows, of which all are compared. */
  readonly tombstones: number;
  readonly sampledRows: number;
  /** Of the sampled rows of both, which are equal where there are no differences. */
  readonly checksum: string;
  /** One line for each Datastream that differs, at the most `MOST`; the last one says how many more there are. */
  readonly differences: readonly string[];
}

export interface Effort {
  /** Datastreams of which rows are compared, spread evenly over all. */
  readonly samples: number;
  /** Rows of each. */
  readonly sampleRows: number;
}

const MOST = 20;

export async function compareStores(
  source: TimeseriesStore,
  target: TimeseriesStore,
  { samples, sampleRows }: Effort,
): Promise<Comparison> {
  const dropped = new Set(await source.dropped());
  const here = extentsOf(await source.extents(null), dropped);
  const there = extentsOf(await target.extents(null), new Set());
  const differences: string[] = [];
  let rows = 0;
  for (const [ds, own] of here) {
    rows += own.count;
    const other = there.get(ds);
    if (other === undefined) differences.push(`Datastream ${ds}: ${own.count} rows, none in the target`);
    else if (other.count !== own.count) {
      differences.push(`Datastream ${ds}: ${own.count} rows, ${other.count} in the target`);
    } else if (other.first !== own.first || other.last !== own.last) {
      const span = ({ first, last }: Extent) => `${new Date(first).toISOString()} to ${new Date(last).toISOString()}`;
      differences.push(`Datastream ${ds}: ${span(own)}, in the target ${span(other)}`);
    }
  }
  for (const [ds, { count }] of there)
    if (!here.has(ds)) differences.push(`Datastream ${ds}: none, ${count} rows in the target`);

  const [buried, alsoBuried] = [await buriedIn(source, dropped), await buriedIn(target, dropped)];
  if (buried.digest !== alsoBuried.digest)
    differences.push(`Removed rows: ${buried.count}, in the target ${alsoBuried.count}, or others`);

  const hash = createHash('sha256');
  let sampledRows = 0;
  const ids = [...here.keys()];
  const step = Math.max(1, Math.floor(ids.length / samples));
  for (let i = 0; i < ids.length; i += step) {
    const ds = ids[i]!;
    const { first, last } = here.get(ds)!;
    // a different part of each, the begins of some among them
    const from = Math.floor(first + ((last - first) * ((i / step) % 5)) / 5);
    const [a, b] = await Promise.all([sampled(source, ds, from, sampleRows), sampled(target, ds, from, sampleRows)]);
    sampledRows += a.rows;
    hash.update(a.digest);
    if (a.digest !== b.digest && !differences.some((line) => line.startsWith(`Datastream ${ds}:`)))
      differences.push(`Datastream ${ds}: the ${a.rows} rows from ${new Date(from).toISOString()} on differ`);
  }
  const more = differences.length - MOST;
  if (more > 0) differences.splice(MOST, more, `… and ${more} Datastreams more`);
  return {
    datastreams: here.size,
    rows,
    tombstones: buried.count,
    sampledRows,
    checksum: hash.digest('hex'),
    differences,
  };
}

interface Extent {
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

function extentsOf({ length, ds, count, firstTime, lastTime }: Extents, but: ReadonlySet<number>): Map<number, Extent> {
  const found = new Map<number, Extent>();
  for (let i = 0; i < length; i++) {
    if (!but.has(ds[i]!)) found.set(ds[i]!, { count: count[i]!, first: firstTime[i]!, last: lastTime[i]! });
  }
  return found;
}

async function sampled(store: TimeseriesStore, ds: number, from: number, limit: number) {
  const query: RangeQuery = { datastreams: [ds], from, to: null, order: 'id', offset: 0, limit };
  const hash = createHash('sha256');
  let rows = 0;
  for await (const chunk of store.scan(query)) {
    addRows(hash, chunk);
    rows += chunk.length;
  }
  return { rows, digest: hash.digest('hex') };
}

async function buriedIn(store: TimeseriesStore, but: ReadonlySet<number>): Promise<{ count: number; digest: string }> {
  const hash = createHash('sha256');
  let count = 0;
  for await (const { length, ds, t, n, rec } of store.tombstones(null)) {
    for (let i = 0; i < length; i++) {
      if (but.has(ds[i]!)) continue;
      hash.update(`${ds[i]} ${t[i]} ${n[i]} ${rec[i]}\n`);
      count++;
    }
  }
  return { count, digest: hash.digest('hex') };
}

function addRows(hash: Hash, { length, ds, t, n, r, type, rec, q, id, x }: Rows): void {
  for (let i = 0; i < length; i++) {
    hash.update(JSON.stringify([ds[i], t[i], n[i], r[i], type[i], rec[i], q[i], id[i], x.get(i) ?? null]));
  }
}
