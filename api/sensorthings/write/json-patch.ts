/** JSON Patch [RFC 6902] with JSON Pointer [RFC 6901], pure: nothing that was given is changed. */
import { isDeepStrictEqual } from 'node:util';
import { CodedError } from '../../../services/model/index.ts';
import { shown } from './times.ts';
import { isJsonObject } from './values.ts';

const OPERATIONS = ['add', 'remove', 'replace', 'move', 'copy', 'test'];

/**
 * The document after all operations. @throws CodedError request.body for a wrong patch, request.conflict where a `test` fails.
 */
export function applyPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw wrong('a JSON Patch is an array of operations [RFC 6902]');
  let root = document;
  for (const [i, operation] of patch.entries()) root = applyOne(root, operation, `[${i}]`);
  return root;
}

function applyOne(root: unknown, operation: unknown, where: string): unknown {
  if (!isJsonObject(operation)) throw wrong(`${where}: an operation is a JSON object`);
  const { op } = operation;
  const path = pointer(operation.path, `${where}.path`);
  switch (op) {
    case 'add':
      return add(root, path, given(operation, where), `${where}.path`);
    case 'remove':
      return remove(root, path, `${where}.path`);
    case 'replace':
      lookUp(root, path, `${where}.path`);
      return path.length === 0
        ? given(operation, where)
        : add(remove(root, path, `${where}.path`), path, given(operation, where), `${where}.path`);
    case 'move': {
      const from = pointer(operation.from, `${where}.from`);
      const value = lookUp(root, from, `${where}.from`);
      if (path.length > from.length && from.every((key, i) => key === path[i]))
        throw wrong(`${where}: a value can't move into itself`);
      return add(from.length === 0 ? root : remove(root, from, `${where}.from`), path, value, `${where}.path`);
    }
    case 'copy':
      return add(root, path, lookUp(root, pointer(operation.from, `${where}.from`), `${where}.from`), `${where}.path`);
    case 'test': {
      const value = lookUp(root, path, `${where}.path`);
      if (isDeepStrictEqual(value, given(operation, where))) return root;
      throw new CodedError('request.conflict', `${where}: the test fails, ${shown(operation.path)} is ${shown(value)}`);
    }
    default:
      throw wrong(`${where}.op: ${OPERATIONS.join(', ')} expected, not ${shown(op)}`);
  }
}

function wrong(detail: string): CodedError {
  return new CodedError('request.body', detail);
}

function given(operation: Readonly<Record<string, unknown>>, where: string): unknown {
  if (Object.hasOwn(operation, 'value')) return operation.value;
  throw wrong(`${where}.value: ${shown(operation.op)} needs a value`);
}

function pointer(text: unknown, where: string): string[] {
  if (text === '') return [];
  if (typeof text !== 'string' || !text.startsWith('/') || /~(?![01])/.test(text)) {
    throw wrong(`${where}: a JSON Pointer such as "/properties/height" expected, not ${shown(text)}`);
  }
  const keys = text.slice(1).split('/');
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Index in an array; `end`: its length, one behind the last, is allowed. */
function index(list: readonly unknown[], key: string, end: boolean, where: string): number {
  if (end && key === '-') return list.length;
  const i = /^(0|[1-9]\d{0,9})$/.test(key) ? Number(key) : Number.NaN;
  if (i < list.length + (end ? 1 : 0)) return i;
  throw wrong(`${where}: the array has ${list.length} elements and no place ${shown(key)}`);
}

function step(at: unknown, key: string, where: string): unknown {
  if (Array.isArray(at)) return at[index(at, key, false, where)];
  if (isJsonObject(at) && Object.hasOwn(at, key)) return at[key];
  throw wrong(`${where}: there is no ${shown(key)} here`);
}

function lookUp(root: unknown, path: readonly string[], where: string): unknown {
  let at = root;
  for (const key of path) at = step(at, key, where);
  return at;
}

/** A copy of everything on the way, with `change` done at its end. */
function changed(
  at: unknown,
  path: readonly string[],
  where: string,
  change: (holder: unknown[] | Record<string, unknown>, key: string) => void,
): unknown {
  const [key, ...rest] = path as [string, ...string[]];
  if (typeof at !== 'object' || at === null) throw wrong(`${where}: ${shown(at)} holds no ${shown(key)}`);
  const copy: unknown[] | Record<string, unknown> = Array.isArray(at) ? [...at] : { ...at };
  if (rest.length === 0) change(copy, key);
  else {
    const inner = changed(step(at, key, where), rest, where, change);
    if (Array.isArray(copy)) copy[index(copy, key, false, where)] = inner;
    else define(copy, key, inner);
  }
  return copy;
}

/** `__proto__` is a key like others. */
function define(holder: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

function add(root: unknown, path: readonly string[], value: unknown, where: string): unknown {
  if (path.length === 0) return value;
  return changed(root, path, where, (holder, key) => {
    if (Array.isArray(holder)) holder.splice(index(holder, key, true, where), 0, value);
    else define(holder, key, value);
  });
}

function remove(root: unknown, path: readonly string[], where: string): unknown {
  if (path.length === 0) throw wrong(`${where}: the entity itself can't be removed; use DELETE`);
  lookUp(root, path, where);
  return changed(root, path, where, (holder, key) => {
    if (Array.isArray(holder)) holder.splice(index(holder, key, false, where), 1);
    else delete holder[key];
  });
}
