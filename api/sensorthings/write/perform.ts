/** One request as a part of a change. Nothing is durable when this returns. */
import { CodedError, type SetName } from '../../../services/model/index.ts';
import { parseResourcePath } from '../syntax/index.ts';
import { wrong } from './complaint.ts';
import { createObservations } from './create-observations.ts';
import { documentOf, documentOfRow } from './document.ts';
import { EntityMaker } from './entity-maker.ts';
import { applyPatch } from './json-patch.ts';
import { reviseObservation } from './make-observation.ts';
import type { WriteRequest } from './port.ts';
import { readId } from './reference.ts';
import { relate, relateOne } from './relate.ts';
import { keeps } from './relations.ts';
import { isReferencePath, relink } from './relink.ts';
import { removeEntity } from './remove.ts';
import { reviseEntity } from './revise-entity.ts';
import type { Session } from './session.ts';
import { SHAPES, type WritableSet } from './shapes.ts';
import { type Place, resolveTarget, type Target } from './target.ts';
import { isJsonObject, type Json } from './values.ts';
import { WrongMethod } from './wrong-method.ts';

/** What happened, before it is printed. */
export interface Outcome {
  readonly status: 200 | 201;
  /** The entity that was made or changed. null: it is gone, or there are many. */
  readonly entity: { readonly set: WritableSet; readonly id: bigint } | null;
  /** Of CreateObservations: what became of each row. */
  readonly rows: readonly (bigint | CodedError)[] | null;
}

export async function perform(session: Session, request: WriteRequest): Promise<Outcome> {
  const maker = new EntityMaker(session);
  if (isCreateObservations(request.path)) {
    if (request.method !== 'POST') throw new WrongMethod('CreateObservations takes POST', 'POST');
    return { status: 201, entity: null, rows: await createObservations(maker, maker.free, request.body) };
  }
  if (isReferencePath(request.path)) {
    await relink(maker, request);
    return { status: 200, entity: null, rows: null };
  }
  const creates = request.method === 'POST' && pureLink(request.body) === null;
  const target = await resolveTarget(session, request.path, creates);
  if (request.method === 'POST') return await post(maker, target, request.body);
  const place = entityOf(target, request.method);
  if (request.method === 'DELETE') {
    await removeEntity(session, place);
    return { status: 200, entity: null, rows: null };
  }
  await revise(maker, place, request);
  return { status: 200, entity: { set: place.set, id: BigInt(place.id) }, rows: null };
}

function isCreateObservations(path: string): boolean {
  const segments = parseResourcePath(path);
  return segments.length === 1 && segments[0]!.name === 'CreateObservations' && segments[0]!.id === null;
}

async function post(maker: EntityMaker, target: Target, body: unknown): Promise<Outcome> {
  if (target.kind !== 'set')
    throw new WrongMethod(
      'POST goes to a set, such as Things or Things(1)/Datastreams',
      'GET, HEAD, PUT, PATCH, DELETE',
    );
  const { set, from } = target;
  const id =
    from === null
      ? await maker.create(set, body, '', {})
      : await postBelow(maker, set, from.place, from.relation, body);
  return { status: 201, entity: { set, id }, rows: null };
}

async function postBelow(
  maker: EntityMaker,
  set: WritableSet,
  parent: Place,
  relation: string,
  body: unknown,
): Promise<bigint> {
  const { session, free } = maker;
  const { inverse } = SHAPES[parent.set].relations[relation]!;
  const parentId = Number(parent.id);
  const linked = pureLink(body);
  if (linked !== null) session.mayLink();
  if (keeps(set, inverse)) {
    if (linked === null) return await maker.create(set, body, '', { [inverse]: parentId });
    await relate(maker, free, set, linked, inverse, parentId, '@iot.id');
    return linked;
  }
  const id =
    linked === null
      ? await maker.create(set, body, '', {})
      : BigInt(session.linked(set as SetName, linked, '@iot.id').id);
  relateOne(session, parent.set as SetName, parentId, relation, Number(id), relation);
  return id;
}

/** `{"@iot.id": 2}` below an entity links one that is there. null: the body is a new entity. */
function pureLink(body: unknown): bigint | null {
  if (!isJsonObject(body) || body['@iot.id'] === undefined) return null;
  return Object.keys(body).every((key) => key.startsWith('@iot.')) ? readId(body['@iot.id'], '@iot.id') : null;
}

function entityOf(target: Target, method: string): Place {
  if (target.kind === 'entity') return target.place;
  if (target.kind === 'set')
    throw new WrongMethod(`${method} goes to one entity: ${target.set}(1)`, 'GET, HEAD, POST, DELETE');
  throw new WrongMethod(`${method} goes to one entity, not to its ${target.name}`, 'GET, HEAD');
}

async function revise(maker: EntityMaker, place: Place, { method, contentType, body }: WriteRequest): Promise<void> {
  const { session, free } = maker;
  const isPatch = contentType === 'application/json-patch+json';
  if (isPatch && method !== 'PATCH') throw new CodedError('request.mediaType', 'a JSON Patch goes with PATCH');
  const mode = isPatch || method === 'PUT' ? 'replace' : 'change';
  if (place.set === 'Observations') {
    const next = isPatch ? await patched(session, documentOfRow(session, place.row), body) : body;
    checkSameId(place, next);
    await reviseObservation(maker, free, place.row, next, mode);
  } else {
    const next = isPatch ? await patched(session, documentOf(session, place.set, place.id), body) : body;
    checkSameId(place, next);
    await reviseEntity(maker, free, place.set, place.id, next, mode);
  }
}

async function patched(session: Session, document: Json, patch: unknown): Promise<unknown> {
  return await applyPatch(document, patch, session.parts.options, () => session.breathe());
}

/** Ids don't change; the same one comes back with what was read. @throws CodedError request.body */
function checkSameId({ set, id }: Place, body: unknown): void {
  const given = isJsonObject(body) ? body['@iot.id'] : undefined;
  // JSON numbers beyond 2^53 are rounded
  if (given === undefined || given === Number(id) || given === String(id)) return;
  throw wrong('@iot.id', `this is ${set}(${id}), and an id never changes; leave it out`);
}
