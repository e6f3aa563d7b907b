/** A body ▸ checked properties and relations of its set. Nothing is created here. */
import { nearest } from '../plan/index.ts';
import { oneOf, shown, wrong } from './complaint.ts';
import { type Reference, readReference } from './reference.ts';
import type { Shape } from './shapes.ts';
import { isJsonObject, type Json } from './values.ts';

/** `create`: everything must be there or have a default. `replace`: likewise, relations may be missing. `change`: what is given. */
export type Mode = 'create' | 'replace' | 'change';

export interface ReadEntity {
  readonly values: Json;
  /** Relations that were given, by name. */
  readonly one: ReadonlyMap<string, Reference>;
  readonly many: ReadonlyMap<string, readonly Reference[]>;
}

/** @throws CodedError request.body with the path of what is wrong and what would be right. */
export function readEntity(shape: Shape, body: unknown, path: string, mode: Mode): ReadEntity {
  const given = readObject(shape, body, path);
  const values: Record<string, unknown> = {};
  const one = new Map<string, Reference>();
  const many = new Map<string, readonly Reference[]>();
  for (const [name, value] of Object.entries(given)) {
    if (Object.hasOwn(shape.properties, name)) values[name] = shape.properties[name]!.read(value, at(path, name));
    else if (Object.hasOwn(shape.relations, name)) {
      const relation = shape.relations[name]!;
      if (relation.many) many.set(name, readMany(value, relation.to, at(path, name)));
      else one.set(name, readReference(value, relation.to, at(path, name)));
    } else checkOther(shape, name, path, mode);
  }
  if (mode !== 'change') complete(shape, values, path);
  return { values, one, many };
}

export function readObject(shape: Shape, body: unknown, path: string): Json {
  if (isJsonObject(body)) return body;
  const where = path === '' ? 'the body' : path;
  throw wrong(
    where,
    `${oneOf(shape.single)} as JSON object expected, not ${body === undefined ? 'nothing' : shown(body)}`,
  );
}

/** Path of a property, as messages name it. */
export function at(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function readMany(value: unknown, to: string, path: string): Reference[] {
  if (!Array.isArray(value)) return [readReference(value, to, path)];
  return value.map((item, i) => readReference(item, to, `${path}[${i}]`));
}

/** What is neither property nor relation: annotations pass, so that what was read can be sent back. */
export function checkOther(shape: Shape, name: string, path: string, mode: Mode): void {
  if (name === '@iot.id' || name === 'id') {
    if (mode !== 'create') return;
    throw wrong(
      at(path, name),
      `the hub gives the ids of new entities; leave it out, or link to an entity with nothing but {"@iot.id":1}`,
    );
  }
  if (name === '@iot.selfLink' || shape.made.includes(name)) return;
  if (/@iot\.(navigationLink|count|nextLink|associationLink)$/.test(name)) return;
  const known = [...Object.keys(shape.properties), ...Object.keys(shape.relations)];
  throw wrong(at(path, name), `${shape.single} has no ${name}${nearest(name, known)}`);
}

function complete(shape: Shape, values: Record<string, unknown>, path: string): void {
  for (const [name, { fallback }] of Object.entries(shape.properties)) {
    if (values[name] !== undefined) continue;
    if (fallback === undefined) throw wrong(at(path, name), `${oneOf(shape.single)} needs ${name}`);
    values[name] = fallback;
  }
}
