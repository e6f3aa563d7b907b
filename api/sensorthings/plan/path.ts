/** Paths of expressions: `Thing/Locations/location/coordinates/0` ▸ relations, a property and keys inside its JSON. */
import type { CodedError, ErrorCode } from '../../../services/model/index.ts';
import { type Entity, type PropertyDef, type RelationDef, SETS, type SetDef } from '../schema/index.ts';
import type { Path } from '../syntax/index.ts';
import { nearest } from './nearest.ts';
import type { Node } from './node.ts';
import { type Env, follow, type Run, related, type Slot, type Step } from './program.ts';
import type { Value } from './value.ts';

type Fail = (code: ErrorCode, at: number, detail: string) => CodedError;

/** `id` means `@iot.id` everywhere. */
export function propertyName(name: string): string {
  return name === 'id' ? '@iot.id' : name;
}

/** Clients prefix properties with the name of the set that they ask: `Things?$filter=startswith(Things/name,'X')`. */
export function withoutOwnSet(segments: readonly string[], set: SetDef): readonly string[] {
  const own = segments.length > 1 && (segments[0] === set.name || segments[0] === set.single);
  return own && !set.relations.has(segments[0]!) ? segments.slice(1) : segments;
}

export class PathCompiler {
  readonly #root: SetDef;
  readonly #fail: Fail;
  readonly slots: Slot[] = [];
  readonly #slotByPrefix = new Map<string, number>();
  observationSlot = -1;
  needsExtent = false;

  constructor(root: SetDef, fail: Fail) {
    this.#root = root;
    this.#fail = fail;
  }

  compile(path: Path): Node {
    const segments = withoutOwnSet(path.segments, this.#root);
    let set = this.#root;
    let slot = -1;
    let steps: Step[] = [];
    for (let i = 0; i < segments.length; i++) {
      const name = segments[i]!;
      const property = set.properties.get(propertyName(name));
      if (property !== undefined) {
        this.needsExtent ||= property.needsExtent;
        const keys = segments.slice(i + 1);
        if (keys.length > 0 && property.type !== 'json' && property.type !== 'geometry') {
          throw this.#fail(
            'query.property',
            path.at,
            `${name} of ${set.single} is a ${property.type}, nothing lies inside it`,
          );
        }
        const run = pathRun(slot, steps, getter(property, keys));
        return { run, type: keys.length === 0 ? property.type : 'json', constant: false };
      }
      const relation = set.relations.get(name);
      if (relation === undefined) {
        const known = [...set.properties.keys(), ...set.relations.keys()];
        const hint = nearest(name, known);
        // `name eq Rathaus`: what looks like a property was perhaps meant as a text.
        const quotes = segments.length === 1 && hint.startsWith('; there') ? '; texts stand in single quotes' : '';
        throw this.#fail('query.property', path.at, `${set.single} has no ${name}${hint}${quotes}`);
      }
      set = SETS[relation.to];
      if (relation.many) {
        slot = this.#slot(segments.slice(0, i + 1).join('/'), { parent: slot, steps, relation }, path);
        steps = [];
      } else {
        steps = [...steps, toOne(relation)];
      }
    }
    const known = [...set.properties.keys()].join(', ');
    throw this.#fail(
      'query.property',
      path.at,
      `${segments.join('/')} is an entity; name one of its properties: ${known}`,
    );
  }

  #slot(prefix: string, slot: Slot, path: Path): number {
    const known = this.#slotByPrefix.get(prefix);
    if (known !== undefined) return known;
    if (slot.parent >= 0 && slot.parent === this.observationSlot) {
      throw this.#fail('query.unsupported', path.at, 'a set behind Observations is not supported');
    }
    if (slot.relation.to === 'Observations') {
      if (this.observationSlot >= 0)
        throw this.#fail('query.unsupported', path.at, 'two ways to Observations are not supported');
      this.observationSlot = this.slots.length;
    }
    this.slots.push(slot);
    this.#slotByPrefix.set(prefix, this.slots.length - 1);
    return this.slots.length - 1;
  }
}

function toOne(relation: RelationDef): Step {
  return (entity, env) => related(relation, entity, env)[0] ?? null;
}

/** Reads a property, or what lies at the keys inside its JSON. */
function getter(property: PropertyDef, keys: readonly string[]): (e: Entity, env: Env) => Value {
  const [first, ...rest] = keys;
  if (first === undefined) return (e, env) => property.get(e, env) as Value;
  const { inside } = property;
  if (inside === undefined) return (e, env) => dig(property.get(e, env), keys);
  if (rest.length === 0) return (e, env) => inside(e, env, first) as Value;
  return (e, env) => dig(inside(e, env, first), rest);
}

function pathRun(slot: number, steps: readonly Step[], get: (e: Entity, env: Env) => Value): Run {
  if (slot < 0 && steps.length === 0) return (s) => get(s.root, s.env) ?? null;
  return (s) => {
    const entity = follow(steps, slot < 0 ? s.root : (s.bound[slot] ?? null), s.env);
    return entity === null ? null : (get(entity, s.env) ?? null);
  };
}

/** A value inside JSON; null where the way does not exist. Only own keys: `__proto__` leads nowhere. */
function dig(value: unknown, keys: readonly string[]): Value {
  let at = value;
  for (const key of keys) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return null;
    at = (at as Record<string, unknown>)[key];
  }
  return (at ?? null) as Value;
}
