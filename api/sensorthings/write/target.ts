/** Where a request goes: its path, followed through what this change sees [STA 9.2]. */
import { CodedError, type SetName } from '../../../services/model/index.ts';
import { nearest } from '../plan/index.ts';
import { parseResourcePath, type Segment, withoutEntity } from '../syntax/index.ts';
import { findPlanned } from './find-planned.ts';
import { keptIds, keptIdsOfRow } from './relations.ts';
import type { Session } from './session.ts';
import { SHAPES, type WritableSet } from './shapes.ts';
import type { StoredRow } from './stored-row.ts';
import { WrongMethod } from './wrong-method.ts';

/** One entity on the way. */
export type Place =
  | { readonly set: SetName; readonly id: number }
  | { readonly set: 'Observations'; readonly id: bigint; readonly row: StoredRow };

export type Target =
  | { readonly kind: 'entity'; readonly place: Place }
  /** `relation` leads there from `parent`; null: the whole set. */
  | {
      readonly kind: 'set';
      readonly set: WritableSet;
      readonly from: { readonly place: Place; readonly relation: string } | null;
    }
  | { readonly kind: 'property'; readonly name: string };

/**
 * `delivers`: a new Observation goes there, so the Datastream before the last segment may be hidden from who delivers.
 * @throws CodedError notFound for what isn't there or is hidden from the caller.
 */
export async function resolveTarget(session: Session, path: string, delivers = false): Promise<Target> {
  const [first, ...rest] = parseResourcePath(path);
  const receives = (i: number) => delivers && i === rest.length - 1 && rest[i]?.name === 'Observations';
  if (first === undefined) throw new WrongMethod('the landing page can only be read', 'GET, HEAD');
  if (!Object.hasOwn(SHAPES, first.name))
    throw lost(`There is no set ${first.name}${nearest(first.name, Object.keys(SHAPES))}`);
  const set = first.name as WritableSet;
  let target: Target = { kind: 'set', set, from: null };
  if (first.id !== null) target = { kind: 'entity', place: await pick(session, set, first.id, receives(0)) };
  for (const [i, segment] of rest.entries()) target = await follow(session, target, segment, receives(i + 1));
  return target;
}

async function follow(session: Session, target: Target, { name, id }: Segment, receives: boolean): Promise<Target> {
  if (target.kind === 'property') throw lost(`${target.name} has no ${name} that could be written`);
  if (target.kind === 'set') throw lost(withoutEntity(target.set, name));
  const { place } = target;
  const shape = SHAPES[place.set];
  if (Object.hasOwn(shape.properties, name) && id === null) return { kind: 'property', name };
  if (!Object.hasOwn(shape.relations, name)) {
    const known = [...Object.keys(shape.properties), ...Object.keys(shape.relations)];
    throw lost(`${shape.single} has no ${name}${nearest(name, known)}`);
  }
  const { to, many, inverse } = shape.relations[name]!;
  if (!many) {
    if (id !== null) throw lost(`${name} is one entity and takes no id`);
    const [other] = kept(session, place, name);
    if (other === undefined) throw lost(`There is no ${SHAPES[to].single} here`);
    return { kind: 'entity', place: await pick(session, to, BigInt(other), receives) };
  }
  if (id === null) return { kind: 'set', set: to, from: { place, relation: name } };
  const child = await pick(session, to, id, receives);
  const related =
    kept(session, place, name).includes(Number(id)) || kept(session, child, inverse).includes(Number(place.id));
  if (!related) throw lost(`There is no ${SHAPES[to].single} with the id ${id} here`);
  return { kind: 'entity', place: child };
}

function kept(session: Session, place: Place, relation: string): readonly number[] {
  if (place.set === 'Observations') return keptIdsOfRow(session, place.row, relation);
  return keptIds(place.set, session.plan.get(place.set, place.id)!, relation);
}

async function pick(session: Session, set: WritableSet, id: bigint, receives: boolean): Promise<Place> {
  if (set === 'Observations') {
    const row = await findPlanned(session, id);
    if (row !== null) return { set, id, row };
  } else {
    const entity = receives ? session.receiver(set, id) : session.find(set, id);
    if (entity !== undefined) return { set, id: entity.id };
  }
  throw lost(`There is no ${SHAPES[set].single} with the id ${id}`);
}

function lost(detail: string): CodedError {
  return new CodedError('notFound', detail);
}
