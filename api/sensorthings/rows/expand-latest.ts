/**
 * `$expand=Observations($orderby=phenomenonTime desc;$top=1)`: the newest of each stream, as every map asks it. Memory knows
 * it; the store is asked once, for those that memory does not know.
 */

import type { LatestReader } from '../../../services/timeseries/index.ts';
import type { Expand, Query } from '../plan/index.ts';
import { Observation } from '../schema/index.ts';
import type { RequestContext } from './context.ts';
import { countObservations, isLatest } from './observation-rows.ts';
import { newNode, type ResultNode, type ResultSet } from './result.ts';

/** The stream of each node, where the newest Observation of each is what is asked; else null. */
export function latestOf(
  nodes: readonly ResultNode[],
  { relation, query }: Expand,
  context: RequestContext,
): readonly number[] | null {
  const streams: number[] = [];
  for (const { entity } of nodes) {
    const { datastreams, feature } = relation.range(entity, context.env);
    // A FeatureOfInterest may have many streams; then the last of one is not the answer.
    if (datastreams.length !== 1 || feature !== null) return null;
    streams.push(datastreams[0]!);
  }
  return isLatest(query, streams, context) ? streams : null;
}

export async function expandLatest(
  streams: readonly number[],
  query: Query,
  context: RequestContext,
): Promise<ResultSet[]> {
  const fetched = await fetchUnknown(streams, context);
  await context.loadExtents(streams);
  const remembered = fromMemory(context.latest);
  const sets: ResultSet[] = [];
  for (const stream of streams) {
    if (context.pace.stepDue()) await context.pace.breathe();
    const row = fetched.get(stream) ?? remembered(stream);
    const nodes = row === null ? [] : [newNode(row)];
    context.spend(nodes.length);
    const total = query.count ? await countAll(stream, query, context) : null;
    const more = row !== null && (total === null ? await hasMore(row, query, context) : total > 1);
    sets.push({ nodes, total, more });
  }
  return sets;
}

/** The newest rows that memory does not know. null: there is none. */
async function fetchUnknown(
  streams: readonly number[],
  { latest, store }: RequestContext,
): Promise<Map<number, Observation | null>> {
  const unknown = [...new Set(streams.filter((id) => latest.newest(id) === undefined))].sort((a, b) => a - b);
  const fetched = new Map<number, Observation | null>();
  if (unknown.length === 0) return fetched;
  const rows = await store.last(unknown);
  for (const id of unknown) fetched.set(id, null);
  for (let i = 0; i < rows.length; i++) fetched.set(rows.ds[i]!, new Observation(rows, i));
  return fetched;
}

/** Room for one row, used again for each: an Observation copies what it needs. */
function fromMemory(latest: LatestReader): (stream: number) => Observation | null {
  const x = new Map<number, string>();
  const rows = {
    length: 1,
    ds: [0],
    t: [0],
    n: [0],
    r: [0],
    type: [0],
    rec: [0],
    q: [0],
    id: [0],
    x,
  };
  return (stream) => {
    const row = latest.newest(stream);
    if (row === null || row === undefined) return null;
    rows.ds[0] = stream;
    rows.t[0] = row.t;
    rows.n[0] = row.n;
    rows.r[0] = row.r;
    rows.type[0] = row.type;
    rows.q[0] = row.q;
    rows.id[0] = row.id;
    if (row.x !== null) x.set(0, row.x);
    else if (x.size > 0) x.clear();
    return new Observation(rows, 0);
  };
}

/** Is there a row before the last one? Where it is a tie of its instant, only the count tells. */
async function hasMore(row: Observation, query: Query, context: RequestContext): Promise<boolean> {
  const extent = context.env.extent(row.datastream);
  if (extent !== null && extent.start < row.t) return true;
  return row.tie > 0 && (await countAll(row.datastream, query, context)) > 1;
}

function countAll(stream: number, query: Query, context: RequestContext): Promise<number> {
  return countObservations(query, { datastreams: [stream], feature: null }, context);
}
