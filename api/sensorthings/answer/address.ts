/** The path of an URL ▸ what it leads to, through what the reader may see [STA 9.2]. */
import { CodedError } from '../../../services/model/index.ts';
import { nearest, propertyName, related } from '../plan/index.ts';
import { findObservation, type RequestContext } from '../rows/index.ts';
import { type AnySet, type Entity, type RelationDef, SETS, type SetDef } from '../schema/index.ts';
import { type Segment, withoutEntity } from '../syntax/index.ts';
import type { Members } from './page.ts';

export type Target =
  | { readonly kind: 'landing' }
  | { readonly kind: 'set'; readonly set: SetDef; readonly members: Members; readonly ref: boolean }
  | { readonly kind: 'count'; readonly set: SetDef; readonly members: Members }
  | { readonly kind: 'entity'; readonly set: SetDef; readonly entity: Entity; readonly ref: boolean }
  | { readonly kind: 'property'; readonly name: string; readonly value: unknown; readonly raw: boolean };

type Place = Extract<Target, { kind: 'set' | 'entity' }>;

/** @throws CodedError notFound. */
export async function resolveAddress(segments: readonly Segment[], context: RequestContext): Promise<Target> {
  const first = segments[0];
  if (first === undefined) return { kind: 'landing' };
  if (!Object.hasOwn(SETS, first.name))
    throw lost(`There is no set ${first.name}${nearest(first.name, Object.keys(SETS))}`);
  const set = SETS[first.name as AnySet];
  let place = await enter({ kind: 'set', set, members: allOf(set, context), ref: false }, first, context);
  for (let i = 1; i < segments.length; i++) {
    const segment = segments[i]!;
    if (segment.name === '$ref' && i === segments.length - 1) return { ...place, ref: true };
    if (place.kind === 'set' && segment.name === '$count' && i === segments.length - 1)
      return { kind: 'count', set: place.set, members: place.members };
    if (place.kind === 'set') throw lost(withoutEntity(place.set.name, segment.name));
    const property = place.set.properties.get(propertyName(segment.name));
    if (property !== undefined && segment.id === null) {
      const value = property.get(await withExtent(place, property.needsExtent, context), context.env) ?? null;
      return inside(propertyName(segment.name), value, segments.slice(i + 1));
    }
    const relation = place.set.relations.get(segment.name);
    if (relation === undefined) {
      const known = [...place.set.properties.keys(), ...place.set.relations.keys()];
      throw lost(`${place.set.single} has no ${segment.name}${nearest(segment.name, known)}`);
    }
    place = await enter(along(relation, place.entity, context), segment, context);
  }
  return place;
}

function lost(detail: string): CodedError {
  return new CodedError('notFound', detail);
}

function allOf(set: SetDef, { view }: RequestContext): Members {
  return { entities: set.name === 'Observations' ? [] : view.set(set.name).values(), range: null };
}

/** Where a relation leads: a set, or its one entity. */
function along(relation: RelationDef, entity: Entity, { env }: RequestContext): Place {
  const set = SETS[relation.to];
  if (relation.many) {
    const entities = related(relation, entity, env);
    const range = set.name === 'Observations' ? relation.range(entity, env) : null;
    return { kind: 'set', set, members: { entities, range }, ref: false };
  }
  const [other] = related(relation, entity, env);
  if (other === undefined) throw lost(`There is no ${set.single} here`);
  return { kind: 'entity', set, entity: other, ref: false };
}

/** `(1)` picks one of a set. */
async function enter(place: Place, { name, id }: Segment, context: RequestContext): Promise<Place> {
  if (id === null) return place;
  if (place.kind === 'entity') throw lost(`${name} is one entity and takes no id`);
  const { set, members } = place;
  const entity =
    set.name === 'Observations'
      ? await findObservation(id, members.range, context)
      : find(members, Number(id), context, set);
  if (entity === null) throw lost(`There is no ${set.single} with the id ${id}`);
  return { kind: 'entity', set, entity, ref: false };
}

function find(members: Members, id: number, { view }: RequestContext, set: SetDef): Entity | null {
  const entity = view.set(set.name as Exclude<AnySet, 'Observations'>).get(id);
  if (entity === undefined) return null;
  // Of all entities of a set the map knows; only behind a relation is there a list to look through.
  if (!Array.isArray(members.entities)) return entity;
  return members.entities.includes(entity) ? entity : null;
}

async function withExtent(
  { set, entity }: Extract<Place, { kind: 'entity' }>,
  needed: boolean,
  context: RequestContext,
) {
  if (needed && set.name === 'Datastreams') await context.loadExtents([Number(entity.id)]);
  return entity;
}

/** Keys inside a property's JSON, then perhaps `$value`. */
function inside(name: string, value: unknown, rest: readonly Segment[]): Target {
  let at = value;
  let last = name;
  for (const [i, { name: key, id }] of rest.entries()) {
    if (key === '$value' && i === rest.length - 1) return { kind: 'property', name: last, value: at, raw: true };
    if (id !== null || typeof at !== 'object' || at === null || !Object.hasOwn(at, key))
      throw lost(`${last} has no ${key}`);
    at = (at as Record<string, unknown>)[key];
    last = key;
  }
  return { kind: 'property', name: last, value: at ?? null, raw: false };
}
