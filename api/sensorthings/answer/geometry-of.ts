/** The geometry by which an entity stands on a map; null: it has none. */
import { type Query, related } from '../plan/index.ts';
import type { RequestContext, ResultNode } from '../rows/index.ts';
import { type AnySet, type Entity, SETS, type SetDef } from '../schema/index.ts';

/** Where an entity without a geometry of its own (or of what is expanded) takes one from. */
const WAYS: Partial<Record<AnySet, readonly (readonly string[])[]>> = {
  Things: [['Locations']],
  HistoricalLocations: [['Locations']],
  Datastreams: [['Thing', 'Locations']],
  MultiDatastreams: [['Thing', 'Locations']],
  Observations: [
    ['FeatureOfInterest'],
    ['Datastream', 'Thing', 'Locations'],
    ['MultiDatastream', 'Thing', 'Locations'],
  ],
};

/** The first geometry in the entity or in what is expanded, as FROST does it; else the one of the place it belongs to. */
export function geometryOf(node: ResultNode, query: Query, context: RequestContext): unknown {
  return own(node, query, context) ?? elsewhere(node.entity, query.set, context);
}

function own(node: ResultNode, query: Query, context: RequestContext): unknown {
  const geometry = geometryIn(node.entity, query.set, context);
  if (geometry !== null) return geometry;
  for (const [slot, { query: inner }] of query.expand.entries()) {
    const child = node.expanded[slot] ?? null;
    if (child === null) continue;
    for (const one of 'nodes' in child ? child.nodes : [child]) {
      const found = own(one, inner, context);
      if (found !== null) return found;
    }
  }
  return null;
}

function geometryIn(entity: Entity, set: SetDef, { env }: RequestContext): unknown {
  for (const property of set.properties.values()) {
    if (property.type !== 'geometry') continue;
    const value = property.get(entity, env) as { type?: unknown; geometry?: unknown } | null;
    if (value === null || typeof value !== 'object' || typeof value.type !== 'string') continue;
    // a Location may be a whole Feature [RFC 7946 §3.2]; here it goes into one
    return value.type === 'Feature' ? (value.geometry ?? null) : value;
  }
  return null;
}

function elsewhere(entity: Entity, set: SetDef, context: RequestContext): unknown {
  for (const way of WAYS[set.name] ?? []) {
    let at: Entity | undefined = entity;
    let here = set;
    for (const name of way) {
      const relation = here.relations.get(name);
      if (at === undefined || relation === undefined) break;
      at = related(relation, at, context.env)[0];
      here = SETS[relation.to];
    }
    const found = at === undefined ? null : geometryIn(at, here, context);
    if (found !== null) return found;
  }
  return null;
}
