/**
 * Which entities a condition can hold for at all, where it names ids: `id in (1,2)`, `id eq 1 or id eq 2`, `Thing/id eq 1`,
 * `Datastreams/Sensor/id eq 3`. They are looked up through the relations, backwards, instead of testing every entity; the
 * condition is still tested on each.
 */
import { type CatalogueSet, type RelationDef, SETS, type SetDef } from '../schema/index.ts';
import type { Expression } from '../syntax/index.ts';
import { conjuncts } from './conjuncts.ts';
import { constantOf } from './constant.ts';
import { propertyName, withoutOwnSet } from './path.ts';
import type { Env } from './program.ts';
import type { Value } from './value.ts';

/** Ids ascending, hidden ones among them. */
export type Candidates = (env: Env) => readonly number[];

/** null: the condition names no ids. */
export function planCandidates(filter: Expression, set: SetDef, now: number): Candidates | null {
  let best: { back: readonly Step[]; ids: readonly number[] } | null = null;
  for (const part of conjuncts(filter)) {
    const named = namedIds(part, set, now);
    const back = named === null ? null : wayBack(set, named.relations);
    if (named === null || back === null) continue;
    const ids = named.values.map(Number).filter((n) => Number.isSafeInteger(n));
    // The shorter way leads to fewer: an own id names one entity, a Thing's several Datastreams.
    if (best === null || back.length < best.back.length) best = { back, ids };
  }
  if (best === null) return null;
  const { back, ids } = best;
  return (env) => {
    let at = new Set(ids);
    for (const { from, relation } of back) {
      const next = new Set<number>();
      for (const id of at) {
        const entity = env.visible(from).get(id);
        if (entity !== undefined) for (const other of relation.ids(entity, env)) next.add(other);
      }
      at = next;
    }
    return [...at].sort((a, b) => a - b);
  };
}

/** The ids that an entity must have one of, and the relations that lead to it from the set. null: the condition says no such thing. */
export function namedIds(
  e: Expression,
  set: SetDef,
  now: number,
): { relations: readonly string[]; values: readonly Value[] } | null {
  if (e.kind === 'in') return named(e.left, e.items, set, now);
  if (e.kind !== 'binary') return null;
  if (e.op === 'eq') return named(e.left, [e.right], set, now) ?? named(e.right, [e.left], set, now);
  if (e.op !== 'or') return null;
  const left = namedIds(e.left, set, now);
  const right = left === null ? null : namedIds(e.right, set, now);
  if (left === null || right === null || left.relations.join('/') !== right.relations.join('/')) return null;
  return { relations: left.relations, values: [...left.values, ...right.values] };
}

function named(path: Expression, items: readonly Expression[], set: SetDef, now: number) {
  if (path.kind !== 'path') return null;
  const segments = withoutOwnSet(path.segments, set);
  if (propertyName(segments.at(-1)!) !== '@iot.id') return null;
  const values: Value[] = [];
  for (const item of items) {
    const value = constantOf(item, now);
    // `id eq null` holds where a relation leads nowhere: no id finds that.
    if (value === undefined || value === null) return null;
    values.push(value);
  }
  return { relations: segments.slice(0, -1), values };
}

interface Step {
  readonly from: CatalogueSet;
  readonly relation: RelationDef;
}

/** From the last set of a way back to the first: two sets are related in one way only, so the relation back is found by its target. */
function wayBack(set: SetDef, relations: readonly string[]): Step[] | null {
  const back: Step[] = [];
  let here = set;
  for (const name of relations) {
    const relation = here.relations.get(name);
    if (relation === undefined || relation.to === 'Observations' || here.name === 'Observations') return null;
    const there = SETS[relation.to];
    const reverse = [...there.relations.values()].find((r) => r.to === here.name);
    if (reverse === undefined) return null;
    back.unshift({ from: relation.to, relation: reverse });
    here = there;
  }
  return back;
}
