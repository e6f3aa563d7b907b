/** $expand, level by level over all entities of a page, so that one question to the store serves them all [STA 9.3.2.1]. */
import { type Expand, type Query, related } from '../plan/index.ts';
import { type Entity, Observation } from '../schema/index.ts';
import { selectEntities } from './catalogue-rows.ts';
import type { RequestContext } from './context.ts';
import { mapLimit } from './map-limit.ts';
import { countObservations, isLatest, observationRows } from './observation-rows.ts';

export interface ResultNode {
  readonly entity: Entity;
  /** By the relation's name. null: a to-one relation that leads nowhere. */
  readonly expanded: Map<string, ResultNode | ResultSet | null>;
}

export interface ResultSet {
  readonly nodes: readonly ResultNode[];
  readonly total: number | null;
  /** There are more behind these. */
  readonly more: boolean;
}

export function newNode(entity: Entity): ResultNode {
  return { entity, expanded: new Map() };
}

/** Fills in what printing these entities needs: extents and expanded relations. */
export async function expandNodes(nodes: readonly ResultNode[], query: Query, context: RequestContext): Promise<void> {
  if (nodes.length === 0) return;
  if (query.set.name === 'Datastreams' && (query.select?.has('phenomenonTime') ?? true)) {
    await context.loadExtents(nodes.map((n) => n.entity.id as number));
  }
  for (const expand of query.expand) {
    const children = expand.relation.many
      ? await expandMany(nodes, expand, context)
      : expandOne(nodes, expand, context);
    await expandNodes(children, expand.query, context);
  }
}

function expandOne(nodes: readonly ResultNode[], { name, relation }: Expand, context: RequestContext): ResultNode[] {
  const children: ResultNode[] = [];
  for (const node of nodes) {
    const other = related(relation, node.entity, context.env)[0];
    const child = other === undefined ? null : newNode(other);
    if (child !== null) children.push(child);
    node.expanded.set(name, child);
  }
  context.spend(children.length);
  return children;
}

async function expandMany(
  nodes: readonly ResultNode[],
  expand: Expand,
  context: RequestContext,
): Promise<ResultNode[]> {
  const { name, relation, query } = expand;
  const children: ResultNode[] = [];
  const put = (node: ResultNode, set: ResultSet) => {
    node.expanded.set(name, set);
    for (const child of set.nodes) children.push(child);
  };
  if (relation.to !== 'Observations') {
    for (const node of nodes) {
      if (context.pace.due()) await context.pace.breathe();
      const { entities, total } = await selectEntities(query, related(relation, node.entity, context.env), context);
      context.spend(entities.length);
      put(node, resultSet(entities, query.top, total));
    }
  } else if (
    isLatest(query) &&
    query.set.name === 'Observations' &&
    nodes.every((n) => !spansMany(n, expand, context))
  ) {
    await expandLatest(nodes, expand, context, put);
  } else {
    const sets = await mapLimit(nodes, context.options.concurrency, async (node) => {
      if (context.pace.due()) await context.pace.breathe();
      const range = relation.range(node.entity, context.env);
      const total = query.count ? await countObservations(query, range, context) : null;
      const rows: Observation[] = [];
      for await (const chunk of observationRows(
        query,
        range,
        query.skip,
        query.top === 0 ? 0 : query.top + 1,
        context,
      )) {
        rows.push(...chunk);
        context.spend(chunk.length);
      }
      return resultSet(rows, query.top, total);
    });
    for (const [i, node] of nodes.entries()) put(node, sets[i]!);
  }
  return children;
}

/** A FeatureOfInterest may have many Datastreams; then the last of one Datastream is not the answer. */
function spansMany(node: ResultNode, { relation }: Expand, context: RequestContext): boolean {
  const range = relation.range(node.entity, context.env);
  return range.datastreams.length !== 1 || range.feature !== null;
}

async function expandLatest(
  nodes: readonly ResultNode[],
  { relation, query }: Expand,
  context: RequestContext,
  put: (node: ResultNode, set: ResultSet) => void,
): Promise<void> {
  const datastream = (node: ResultNode) => relation.range(node.entity, context.env).datastreams[0]!;
  const ids = [...new Set(nodes.map(datastream))].sort((a, b) => a - b);
  const rows = await context.store.last(ids);
  context.spend(rows.length);
  const byDatastream = new Map<number, Observation>();
  for (let i = 0; i < rows.length; i++) byDatastream.set(rows.ds[i]!, new Observation(rows, i));
  await context.loadExtents(byDatastream.keys());
  const totals = query.count
    ? await mapLimit(nodes, context.options.concurrency, (n) =>
        countObservations(query, relation.range(n.entity, context.env), context),
      )
    : null;
  for (const [i, node] of nodes.entries()) {
    const row = byDatastream.get(datastream(node));
    const extent = context.env.extent(datastream(node));
    const more = totals === null ? extent !== null && extent.start < extent.end : totals[i]! > 1;
    put(node, { nodes: row === undefined ? [] : [newNode(row)], total: totals?.[i] ?? null, more });
  }
}

function resultSet(found: readonly Entity[], top: number, total: number | null): ResultSet {
  return { nodes: found.slice(0, top).map(newNode), total, more: top > 0 && found.length > top };
}
