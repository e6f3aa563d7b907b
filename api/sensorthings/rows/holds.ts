/** Running programs over entities in the pace of the request. What passes no set is answered at once, without a promise. */
import {
  bindings,
  comesBefore,
  holderOf,
  keyOf,
  newScope,
  type OrderProgram,
  type Program,
  type Scope,
  type Value,
} from '../plan/index.ts';
import type { Entity } from '../schema/index.ts';
import type { RequestContext } from './context.ts';

/** Choices of related entities that are tried at once; who has more is looked through in the pace of the request. */
const AT_ONCE = 128;

/** Does the condition hold for some choice of related entities? */
export function holds(program: Program, root: Entity, context: RequestContext): boolean | Promise<boolean> {
  const scope = newScope(root, context.env);
  if (program.slots.length === 0) return program.run(scope) === true;
  const tries = { left: AT_ONCE };
  const known = holdsAmong(program, scope, 0, tries, context);
  context.pace.did(AT_ONCE - tries.left);
  return known ?? holdsSomewhere(program, root, context);
}

/** null: there are more choices than `tries` allows, or they take too long. */
function holdsAmong(
  program: Program,
  scope: Scope,
  slot: number,
  tries: { left: number },
  context: RequestContext,
): boolean | null {
  if (slot === program.slots.length) return program.run(scope) === true;
  const at = program.slots[slot]!;
  const holder = holderOf(at, scope);
  let some = false;
  if (holder !== null && at.relation.to !== 'Observations') {
    const visible = scope.env.visible(at.relation.to);
    for (const id of at.relation.ids(holder, scope.env)) {
      if (tries.left-- === 0 || (tries.left % 4 === 0 && context.pace.due())) return null;
      const entity = visible.get(id);
      if (entity === undefined) continue;
      some = true;
      scope.bound[slot] = entity;
      const holdsHere = holdsAmong(program, scope, slot + 1, tries, context);
      if (holdsHere !== false) return holdsHere;
    }
  }
  if (some) return false;
  scope.bound[slot] = null;
  return holdsAmong(program, scope, slot + 1, tries, context);
}

async function holdsSomewhere(program: Program, root: Entity, { env, pace }: RequestContext): Promise<boolean> {
  for (const scope of bindings(program, newScope(root, env))) {
    if (pace.stepDue()) await pace.breathe();
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
