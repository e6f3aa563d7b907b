/** A checked expression, ready to run over entities. */
import type { Entity, RelationDef, Surroundings, ValueType } from '../schema/index.ts';
import type { Geometry } from './geometry/index.ts';
import type { Value } from './value.ts';

/** What runs know beside the entity. `now` is the same for the whole request. */
export interface Env extends Surroundings {
  readonly now: number;
  /** The geometry in a value of an entity, read once for each: a map asks for it on every move. null: it is none. */
  geometryOf(value: unknown): Geometry | null;
}

/** `root` is the entity under test; `bound` holds one entity of each to-many relation that the expression passes. */
export interface Scope {
  readonly env: Env;
  root: Entity;
  readonly bound: (Entity | null)[];
}

export type Run = (scope: Scope) => Value;
export type Step = (entity: Entity, env: Env) => Entity | null;

/** A to-many relation that paths pass: `Datastreams` in `Datastreams/ObservedProperty/name`. */
export interface Slot {
  /** Index of the slot whose entity it starts from; -1: the root. */
  readonly parent: number;
  /** To-one relations between that entity and the relation. */
  readonly steps: readonly Step[];
  readonly relation: RelationDef;
}

/**
 * Holds for an entity if it holds for some choice of one entity per slot (as a left join: an empty relation gives null). So
 * `Datastreams/a eq 1 and Datastreams/b eq 2` asks for one Datastream with both.
 */
export interface Program {
  readonly run: Run;
  readonly type: ValueType;
  readonly slots: readonly Slot[];
  /** Slot that runs over Observations, -1: none. Such programs need the store. */
  readonly observationSlot: number;
  /** Reads the phenomenonTime of Datastreams, which must be fetched before. */
  readonly needsExtent: boolean;
  /** Depends on no entity. */
  readonly constant: boolean;
}

export function newScope(root: Entity, env: Env): Scope {
  return { root, env, bound: [] };
}

export function follow(steps: readonly Step[], from: Entity | null, env: Env): Entity | null {
  let entity = from;
  for (const step of steps) {
    if (entity === null) return null;
    entity = step(entity, env);
  }
  return entity;
}

/** The entity that a slot's relation starts from. */
export function holderOf(slot: Slot, scope: Scope): Entity | null {
  return follow(slot.steps, slot.parent < 0 ? scope.root : scope.bound[slot.parent]!, scope.env);
}

/** Visible entities of a relation that ends in the catalogue, ascending by id. */
export function related(relation: RelationDef, entity: Entity, env: Env): Entity[] {
  if (relation.to === 'Observations') return [];
  const visible = env.visible(relation.to);
  const out: Entity[] = [];
  for (const id of relation.ids(entity, env)) {
    const other = visible.get(id);
    if (other !== undefined) out.push(other);
  }
  return out;
}

/**
 * Every choice of entities for the slots, parents first; the same scope each time. As a generator, because the choices of a
 * long path can be many more than one turn of the event loop may take. The slot over Observations is left to the caller;
 * no other one starts from it.
 */
export function* bindings(program: Program, scope: Scope, slot = 0): Generator<Scope> {
  if (slot === program.slots.length) {
    yield scope;
    return;
  }
  if (slot === program.observationSlot) {
    yield* bindings(program, scope, slot + 1);
    return;
  }
  const at = program.slots[slot]!;
  const holder = holderOf(at, scope);
  let some = false;
  if (holder !== null && at.relation.to !== 'Observations') {
    const visible = scope.env.visible(at.relation.to);
    // one after the other: a Sensor may have 100,000 Datastreams
    for (const id of at.relation.ids(holder, scope.env)) {
      const entity = visible.get(id);
      if (entity === undefined) continue;
      some = true;
      scope.bound[slot] = entity;
      yield* bindings(program, scope, slot + 1);
    }
  }
  if (some) return;
  scope.bound[slot] = null;
  yield* bindings(program, scope, slot + 1);
}
