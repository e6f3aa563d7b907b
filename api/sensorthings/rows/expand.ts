/** $expand, level by level over all entities of a page, so that one question to the store serves them all [STA 9.3.2.1]. */
import { type Expand, type Query, related } from '../plan/index.ts';
import type { Entity, Observation } from '../schema/index.ts';
import { selectEntities } from './catalogue-rows.ts';
import type { RequestContext } from './context.ts';
import { expandLatest, latestOf } from './expand-latest.ts';
import { mapLimit } from './map-limit.ts';
import { countObservations, observationRows } from './observation-rows.ts';
import { newNode, type ResultNode, type ResultSet, resultSet } from './result.ts';

/** Fills in what printing these entities needs: extents and expanded relations. */
export async function expandNodes(nodes: readonly ResultNode[], query: Query, context: RequestContext): Promise<void> {
  if (nodes.length === 0) return;
  if (printsExtent(query)) await context.loadExtents(nodes.map((n) => n.entity.id as number));
  for (const [slot, expand] of query.expand.entries()) {
    const { relation } = expand;
    const children: ResultNode[] = [];
    if (!relation.many) await expandOne(nodes, { expand, slot }, children, context);
    else if (relation.to === 'Observations') await expandObservations(nodes, { expand, slot }, children, context);
    else await expandMany(nodes, { expand, slot }, children, context);
    await expandNodes(children, expand.query, context);
  }
}

/** One item of $expand and its place in the nodes. */
interface Item {
  readonly expand: Expand;
  readonly slot: number;
}

/** Are times of a stream's Observations printed? */
function printsExtent({ set, select }: Query): boolean {
  if (select === null) return set.name === 'Datastreams' || set.name === 'MultiDatastreams';
  return [...select].some((name) => set.properties.get(name)?.needsExtent === true);
}

async function expandOne(
  nodes: readonly ResultNode[],
  { expand, slot }: Item,
  children: ResultNode[],
  context: RequestContext,
): Promise<void> {
  for (const node of nodes) {
    if (context.pace.stepDue()) await context.pace.breathe();
    const other = related(expand.relation, node.entity, context.env)[0];
    const child = other === undefined ? null : newNode(other);
    if (child !== null) children.push(child);
    node.expanded[slot] = child;
  }
  context.spend(children.length);
}

async function expandMany(
  nodes: readonly ResultNode[],
  { expand, slot }: Item,
  children: ResultNode[],
  context: RequestContext,
): Promise<void> {
  const { relation, query } = expand;
  const asTheyAre = query.filter === null && query.order.length === 0;
  for (const node of nodes) {
    if (context.pace.stepDue()) await context.pace.breathe();
    const all = related(relation, node.entity, context.env);
    const { entities, total } = asTheyAre
      ? { entities: all.slice(query.skip, query.skip + query.top + 1), total: query.count ? all.length : null }
      : await selectEntities(query, all, context);
    const set = resultSet(entities, query.top, total);
    context.spend(set.nodes.length);
    node.expanded[slot] = set;
    for (const child of set.nodes) children.push(child);
  }
}

async function expandObservations(
  nodes: readonly ResultNode[],
  { expand, slot }: Item,
  children: ResultNode[],
  context: RequestContext,
): Promise<void> {
  const streams = latestOf(nodes, expand, context);
  const sets =
    streams !== null
      ? await expandLatest(streams, expand.query, context)
      : await mapLimit(nodes, context.lanes, (node) => observationsOf(node, expand, context));
  for (const [i, node] of nodes.entries()) {
    const set = sets[i]!;
    node.expanded[slot] = set;
    for (const child of set.nodes) children.push(child);
  }
}

async function observationsOf(
  node: ResultNode,
  { relation, query }: Expand,
  context: RequestContext,
): Promise<ResultSet> {
  if (context.pace.due()) await context.pace.breathe();
  const range = relation.range(node.entity, context.env);
  const total = query.count ? await countObservations(query, range, context) : null;
  const rows: Observation[] = [];
  const limit = query.top === 0 ? 0 : query.top + 1;
  for await (const chunk of observationRows(query, range, query.skip, limit, context)) {
    for (const row of chunk) rows.push(row);
    context.spend(chunk.length);
  }
  return resultSet(rows as readonly Entity[], query.top, total);
}
