/** Running programs over entities in the pace of the request. What passes no set is answered at once, without a promise. */
import { bindings, comesBefore, keyOf, newScope, type OrderProgram, type Program, type Value } from '../plan/index.ts';
import type { Entity } from '../schema/index.ts';
import type { RequestContext } from './context.ts';

/** Does the condition hold for some choice of related entities? */
export function holds(program: Program, root: Entity, context: RequestContext): boolean | Promise<boolean> {
  if (program.slots.length === 0) return program.run(newScope(root, context.env)) === true;
  return holdsSomewhere(program, root, context);
}

async function holdsSomewhere(program: Program, root: Entity, { env, pace }: RequestContext): Promise<boolean> {
  for (const scope of bindings(program, newScope(root, env))) {
    if (pace.due()) await pace.breathe();
    if (program.run(scope) === true) return true;
  }
  return false;
}

/** The keys of an entity in an order. */
export function orderKeys(
  order: readonly OrderProgram[],
  root: Entity,
  context: RequestContext,
): readonly Value[] | Promise<readonly Value[]> {
  if (order.some((o) => o.program.slots.length > 0)) return orderKeysOverSets(order, root, context);
  const scope = newScope(root, context.env);
  return order.map((o) => keyOf(o, scope));
}

async function orderKeysOverSets(
  order: readonly OrderProgram[],
  root: Entity,
  { env, pace }: RequestContext,
): Promise<Value[]> {
  const keys: Value[] = [];
  for (const o of order) {
    let best: Value | undefined;
    for (const scope of bindings(o.program, newScope(root, env))) {
      if (pace.due()) await pace.breathe();
      const value = keyOf(o, scope);
      if (best === undefined || comesBefore(o, value, best)) best = value;
    }
    keys.push(best ?? null);
  }
  return keys;
}
