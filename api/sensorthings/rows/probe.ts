/** Conditions of catalogue entities on Observations: `Datastreams?$filter=Observations/result gt 5`. */
import { bindings, holderOf, newScope, type Query } from '../plan/index.ts';
import type { Entity, Observation, ObservationRange } from '../schema/index.ts';
import type { RequestContext } from './context.ts';
import { observationRows } from './observation-rows.ts';

/** Does the filter hold for the entity with some Observation? The search ends at the first one. */
export async function probe(query: Query, entity: Entity, context: RequestContext): Promise<boolean> {
  const program = query.filter!;
  const slot = program.observationSlot;
  const at = program.slots[slot]!;
  for (const scope of bindings(program, newScope(entity, context.env))) {
    if (context.pace.due()) await context.pace.breathe();
    const holdsFor = (row: Observation | null) => {
      scope.bound[slot] = row;
      return program.run(scope) === true;
    };
    const holder = holderOf(at, scope);
    const range = holder === null ? { datastreams: [], feature: null } : at.relation.range(holder, context.env);
    if (await isEmpty(range, context)) {
      if (holdsFor(null)) return true;
      continue;
    }
    for await (const rows of observationRows(probeQuery(query), range, 0, Infinity, context)) {
      for (const row of rows) {
        if (context.pace.due()) await context.pace.breathe();
        if (holdsFor(row)) return true;
      }
    }
  }
  return false;
}

async function isEmpty(range: ObservationRange, context: RequestContext): Promise<boolean> {
  const visible = range.datastreams.filter((id) => context.env.stream(id) !== undefined);
  await context.loadExtents(visible);
  return visible.every((id) => context.env.extent(id) === null);
}

/** Newest first: what people ask for is mostly there. */
function probeQuery(query: Query): Query {
  return { ...query, observations: query.probe, order: [], rowOrders: { any: '-time', readings: '-time' } };
}
