/**
 * `…/$ref`: relations without the entities [OData 4.01 part 1, 11.4.6]. `POST Things(1)/Locations/$ref` adds a link,
 * `DELETE Things(1)/Locations(2)/$ref` takes one away, `PUT Datastreams(1)/Thing/$ref` sets one.
 */
import type { CodedError, SetName } from '../../../services/model/index.ts';
import { parseResourcePath } from '../syntax/index.ts';
import { wrong } from './complaint.ts';
import type { EntityMaker } from './entity-maker.ts';
import { moveThing } from './places.ts';
import type { WriteRequest } from './port.ts';
import { type Reference, readReference } from './reference.ts';
import { relate } from './relate.ts';
import { keeps, keptIds } from './relations.ts';
import type { Session } from './session.ts';
import { SHAPES, type WritableSet } from './shapes.ts';
import { type Place, resolveTarget } from './target.ts';
import { WrongMethod } from './wrong-method.ts';

export function isReferencePath(path: string): boolean {
  const last = parseResourcePath(path).at(-1);
  return last?.name === '$ref' && last.id === null;
}

interface Relationship {
  readonly from: Place;
  readonly relation: string;
  /** The entity that is linked, where the path names it. */
  readonly to: bigint | null;
}

/** @throws CodedError notFound, request.body, request.method */
export async function relink(maker: EntityMaker, { method, path, body }: WriteRequest): Promise<void> {
  const { from, relation, to } = await relationshipOf(maker.session, path);
  const { to: set, many, inverse } = SHAPES[from.set].relations[relation]!;
  if (method === 'DELETE') {
    if (to === null && many) throw new WrongMethod(`name the one to take away: ${relation}(1)/$ref`, 'GET, HEAD, POST');
    unlink(maker.session, from, relation, Number(to));
    return;
  }
  if (to !== null || (method === 'POST') !== many) {
    throw new WrongMethod(
      many ? 'POST adds a link to a set' : 'PUT sets the link to one entity',
      many ? 'GET, HEAD, POST' : 'GET, HEAD, PUT, PATCH',
    );
  }
  const link = readReference(body, set, '');
  if (link.kind === 'inline') throw wrong('the body', 'a link such as {"@iot.id":1} expected');
  if (!many)
    await relate(maker, maker.free, from.set, BigInt(from.id), relation, await idOf(maker, set, link), '@iot.id');
  else if (keeps(from.set, relation)) await add(maker, from, relation, set, link);
  else await relate(maker, maker.free, set, link.id, inverse, Number(from.id), '@iot.id');
}

/** The relation at the end of the path, and the entity that has it. */
async function relationshipOf(session: Session, path: string): Promise<Relationship> {
  const segments = path.split('/').filter((segment) => segment !== '');
  if (segments.length < 3) throw notBehindRelation();
  // without `$ref`, and without the relation that it is about
  const [last] = parseResourcePath(segments.at(-2) ?? '');
  const holder = await resolveTarget(session, segments.slice(0, -2).join('/'));
  if (holder.kind !== 'entity' || last === undefined) throw notBehindRelation();
  if (!Object.hasOwn(SHAPES[holder.place.set].relations, last.name)) throw notBehindRelation();
  // the same checks as for every other path: is there such a relation, and does it lead to this entity?
  await resolveTarget(session, segments.slice(0, -1).join('/'));
  return { from: holder.place, relation: last.name, to: last.id };
}

function notBehindRelation(): CodedError {
  return new WrongMethod('$ref stands behind a relation: Things(1)/Locations/$ref', 'GET, HEAD');
}

async function idOf(maker: EntityMaker, set: WritableSet, link: Reference): Promise<number> {
  return await maker.resolve(set as SetName, link);
}

async function add(
  maker: EntityMaker,
  from: Place,
  relation: string,
  set: WritableSet,
  link: Reference,
): Promise<void> {
  const { session } = maker;
  const id = await idOf(maker, set, link);
  if (from.set === 'Things') {
    const thing = session.plan.get('Things', from.id)!;
    session.spend();
    moveThing(session, thing, [...new Set([...thing.locations, id])]);
  } else await relate(maker, maker.free, from.set, BigInt(from.id), relation, id, '@iot.id');
}

function unlink(session: Session, from: Place, relation: string, to: number): void {
  const { plan } = session;
  const left = <N extends SetName>(set: N, id: number) =>
    keptIds(set, plan.get(set, id)!, relation).filter((other) => other !== to);
  session.spend();
  if (from.set === 'Things' && relation === 'Locations') {
    moveThing(session, plan.get('Things', from.id)!, left('Things', from.id));
  } else if (from.set === 'Locations' && relation === 'Things') {
    const thing = plan.get('Things', to)!;
    moveThing(
      session,
      thing,
      thing.locations.filter((other) => other !== from.id),
    );
  } else if (
    from.set === 'HistoricalLocations' &&
    relation === 'Locations' &&
    left('HistoricalLocations', from.id).length > 0
  ) {
    plan.put([
      'HistoricalLocations',
      { ...plan.get('HistoricalLocations', from.id)!, locations: left('HistoricalLocations', from.id) },
    ]);
  } else {
    throw wrong(
      '$ref',
      `${SHAPES[from.set].single} and ${relation} can't be without each other; link another one, or DELETE the entity`,
    );
  }
}
