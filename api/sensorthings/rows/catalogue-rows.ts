/** Entities of the catalogue that match a query, in its order. */
import { compareKeys, type Query, type Value } from '../plan/index.ts';
import type { CatalogueSet, Entity } from '../schema/index.ts';
import type { RequestContext } from './context.ts';
import { holds, orderKeys } from './holds.ts';
import { probe } from './probe.ts';
import { sortInSteps } from './sort-in-steps.ts';

export interface Selection {
  /** After $skip, one more than $top if there are more. */
  readonly entities: Entity[];
  /** All that match; null where $count was not asked. */
  readonly total: number | null;
}

/** Where to look in a whole set: all that is visible, or what the filter names by ids. */
export function placesToLook(query: Query, { env }: RequestContext): Iterable<Entity> {
  const visible = env.visible(query.set.name as CatalogueSet);
  return query.candidates === null ? visible.values() : query.candidates(env).flatMap((id) => visible.get(id) ?? []);
}

export async function selectEntities(
  query: Query,
  candidates: Iterable<Entity>,
  context: RequestContext,
): Promise<Selection> {
  const { filter, order, skip, top } = query;
  if (filter?.needsExtent || order.some((o) => o.program.needsExtent)) await context.loadAllExtents();
  // Without an order and a count nobody needs what comes behind the page.
  const enough = order.length === 0 && !query.count ? skip + top + 1 : Infinity;
  const found: Entity[] = [];
  for (const entity of candidates) {
    if (context.pace.stepDue()) await context.pace.breathe();
    if (filter !== null) {
      const fits = filter.observationSlot < 0 ? holds(filter, entity, context) : probe(query, entity, context);
      if (fits === false || (fits !== true && !(await fits))) continue;
    }
    found.push(entity);
    if (found.length >= enough) break;
  }
  const ordered = order.length === 0 ? found : await sort(query, found, context);
  return { entities: ordered.slice(skip, skip + top + 1), total: query.count ? found.length : null };
}

async function sort({ order }: Query, entities: readonly Entity[], context: RequestContext): Promise<Entity[]> {
  const keyed: { entity: Entity; keys: readonly Value[] }[] = [];
  for (const entity of entities) {
    if (context.pace.stepDue()) await context.pace.breathe();
    const keys = orderKeys(order, entity, context);
    keyed.push({ entity, keys: keys instanceof Promise ? await keys : keys });
  }
  // The sort is stable: equal keys stay in the order of ids.
  const sorted = await sortInSteps(keyed, (a, b) => compareKeys(order, a.keys, b.keys), context.pace);
  return sorted.map((k) => k.entity);
}
