/** Entities with what is expanded in them as one level of names: `Thing/name`, `Observations/0/result`, as FROST has them. */
import type { Query } from '../plan/index.ts';
import type { RequestContext, ResultNode } from '../rows/index.ts';
import { Time } from '../syntax/index.ts';

/** Calls `put` for every value that is there, with its path. Geometries are left to the caller. */
export function flatten(
  node: ResultNode,
  query: Query,
  context: RequestContext,
  put: (path: string, value: unknown) => void,
  prefix = '',
): void {
  const { set, select, expand } = query;
  for (const [name, property] of set.properties) {
    if (property.type === 'geometry' || (select !== null && !select.has(name))) continue;
    const value = property.get(node.entity, context.env) ?? null;
    flattenValue(`${prefix}${name === '@iot.id' ? 'id' : name}`, value, put);
  }
  for (const [slot, { name, query: inner }] of expand.entries()) {
    const child = node.expanded[slot] ?? null;
    if (child === null) continue;
    if ('nodes' in child) {
      for (const [i, one] of child.nodes.entries()) flatten(one, inner, context, put, `${prefix}${name}/${i}/`);
    } else flatten(child, inner, context, put, `${prefix}${name}/`);
  }
}

/** Deeper than this the JSON stands as it is. */
const DEPTH = 16;

function flattenValue(path: string, value: unknown, put: (path: string, value: unknown) => void, depth = 0): void {
  if (value === null || value === undefined) return;
  if (typeof value !== 'object' || value instanceof Time || depth === DEPTH) put(path, value);
  else for (const [key, inner] of Object.entries(value)) flattenValue(`${path}/${key}`, inner, put, depth + 1);
}
