/** What was found, as a tree: entities and what is expanded in them. */
import type { Entity } from '../schema/index.ts';

export interface ResultNode {
  readonly entity: Entity;
  /** In the order of the query's $expand. null: a to-one relation that leads nowhere. */
  readonly expanded: (ResultNode | ResultSet | null)[];
}

export interface ResultSet {
  readonly nodes: readonly ResultNode[];
  readonly total: number | null;
  /** There are more behind these. */
  readonly more: boolean;
}

export function newNode(entity: Entity): ResultNode {
  return { entity, expanded: [] };
}

/** `found`: one more than `top` if there are more. */
export function resultSet(found: readonly Entity[], top: number, total: number | null): ResultSet {
  const more = found.length > top;
  return { nodes: (more ? found.slice(0, top) : found).map(newNode), total, more: more && top > 0 };
}
