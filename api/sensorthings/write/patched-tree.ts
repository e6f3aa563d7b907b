/**
 * A JSON document under operations. A container is copied when the first of them changes it and changed in place from then
 * on: many operations cost what they change, not each time what is there.
 */
import { CodedError } from '../../../services/model/index.ts';
import type { Options } from '../options.ts';
import { shown, wrong } from './complaint.ts';
import { indexIn } from './json-pointer.ts';
import { isJsonObject } from './values.ts';

type Holder = unknown[] | Record<string, unknown>;
type TreeLimits = Pick<Options, 'bodyBytes' | 'bodyDepth'>;

export class PatchedTree {
  root: unknown;
  readonly #limits: TreeLimits;
  /** Containers that nobody else knows. */
  readonly #own = new Set<unknown>();
  /** Characters of the document and of all that was put into it. */
  #size: number;

  constructor(document: unknown, limits: TreeLimits) {
    this.root = document;
    this.#limits = limits;
    this.#size = JSON.stringify(document).length;
  }

  /** @throws CodedError request.body where there is nothing. */
  lookUp(path: readonly string[], where: string): unknown {
    let at = this.root;
    for (const key of path) at = step(at, key, where);
    return at;
  }

  add(path: readonly string[], value: unknown, where: string): void {
    this.#grow(value, path.length);
    this.#put(path, value, where);
  }

  replace(path: readonly string[], value: unknown, where: string): void {
    this.lookUp(path, where);
    this.#grow(value, path.length);
    if (path.length > 0) this.remove(path, where);
    this.#put(path, value, where);
  }

  remove(path: readonly string[], where: string): void {
    if (path.length === 0) throw wrong(where, "the entity itself can't be removed; use DELETE");
    this.lookUp(path, where);
    const [holder, key] = this.#holder(path, where);
    if (Array.isArray(holder)) holder.splice(indexIn(holder, key, false, where), 1);
    else delete holder[key];
  }

  move(from: readonly string[], path: readonly string[], where: string): void {
    const value = this.lookUp(from, `${where}.from`);
    if (path.length > from.length && from.every((key, i) => key === path[i]))
      throw wrong(where, "a value can't move into itself");
    this.#grow(value, path.length);
    if (from.length > 0) this.remove(from, `${where}.from`);
    this.#put(path, value, `${where}.path`);
  }

  copy(from: readonly string[], path: readonly string[], where: string): void {
    const value = this.lookUp(from, `${where}.from`);
    const text = this.#grow(value, path.length);
    // of its own: what is done to one of the two later must not be seen in the other
    this.#put(path, JSON.parse(text), `${where}.path`);
  }

  #put(path: readonly string[], value: unknown, where: string): void {
    if (path.length === 0) {
      this.root = value;
      return;
    }
    const [holder, key] = this.#holder(path, where);
    if (Array.isArray(holder)) holder.splice(indexIn(holder, key, true, where), 0, value);
    else define(holder, key, value);
  }

  /** What holds the end of the path, with everything on the way there as copies that may be changed. */
  #holder(path: readonly string[], where: string): [Holder, string] {
    const last = path.at(-1)!;
    this.root = this.#owned(this.root, path[0]!, where);
    let at = this.root as Holder;
    for (const [i, key] of path.slice(0, -1).entries()) {
      const inner = this.#owned(step(at, key, where), path[i + 1]!, where);
      if (Array.isArray(at)) at[indexIn(at, key, false, where)] = inner;
      else define(at, key, inner);
      at = inner;
    }
    return [at, last];
  }

  #owned(value: unknown, key: string, where: string): Holder {
    if (typeof value !== 'object' || value === null) throw wrong(where, `${shown(value)} holds no ${shown(key)}`);
    if (this.#own.has(value)) return value as Holder;
    const copy: Holder = Array.isArray(value) ? [...value] : { ...value };
    this.#own.add(copy);
    return copy;
  }

  /** Before a value is put there. Returns its text. @throws CodedError request.tooLarge, request.body */
  #grow(value: unknown, depth: number): string {
    const { bodyBytes, bodyDepth } = this.#limits;
    if (depth + depthOf(value) > bodyDepth)
      throw new CodedError('request.body', `the patch nests deeper than ${bodyDepth} levels (sensorthings.bodyDepth)`);
    const text = JSON.stringify(value) ?? 'null';
    this.#size += text.length;
    if (this.#size <= bodyBytes) return text;
    const detail = `the entity and what the patch puts into it have more than ${bodyBytes} bytes (sensorthings.bodyBytes)`;
    throw new CodedError('request.tooLarge', detail);
  }
}

function step(at: unknown, key: string, where: string): unknown {
  if (Array.isArray(at)) return at[indexIn(at, key, false, where)];
  if (isJsonObject(at) && Object.hasOwn(at, key)) return at[key];
  throw wrong(where, `there is no ${shown(key)} here`);
}

/** `__proto__` is a key like others. */
function define(holder: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Levels of containers; never much more than a body may have. */
function depthOf(value: unknown): number {
  let depth = 0;
  for (const part of typeof value === 'object' && value !== null ? Object.values(value) : []) {
    if (typeof part === 'object' && part !== null) depth = Math.max(depth, depthOf(part));
  }
  return typeof value === 'object' && value !== null ? depth + 1 : 0;
}
