/** JSON Patch [RFC 6902] with JSON Pointer [RFC 6901], pure: nothing that was given is changed. */
import { isDeepStrictEqual } from 'node:util';
import { CodedError } from '../../../services/model/index.ts';
import type { Options } from '../options.ts';
import { shown } from './complaint.ts';
import { checkValue, type JsonLimits } from './json-limits.ts';
import { pointer } from './json-pointer.ts';
import { PatchedTree } from './patched-tree.ts';
import { isJsonObject, type Json } from './values.ts';

export type PatchLimits = JsonLimits & Pick<Options, 'patchOperations' | 'bodyBytes'>;

const OPERATIONS = ['add', 'remove', 'replace', 'move', 'copy', 'test'];

/**
 * The document after all operations. @throws CodedError request.body for a wrong patch, request.conflict where a `test` fails,
 * request.tooLarge where a few copies would make a huge entity.
 */
export async function applyPatch(
  document: unknown,
  patch: unknown,
  limits: PatchLimits,
  breathe: () => void | Promise<void>,
): Promise<unknown> {
  if (!Array.isArray(patch)) throw wrong('a JSON Patch is an array of operations [RFC 6902]');
  const { patchOperations } = limits;
  if (patch.length > patchOperations)
    throw wrong(`a JSON Patch has at most ${patchOperations} operations (sensorthings.patchOperations); split it`);
  const tree = new PatchedTree(document, limits);
  for (const [i, operation] of patch.entries()) {
    await breathe();
    applyOne(tree, operation, `[${i}]`);
  }
  checkValue(tree.root, limits);
  return tree.root;
}

function applyOne(tree: PatchedTree, operation: unknown, where: string): void {
  if (!isJsonObject(operation)) throw wrong(`${where}: an operation is a JSON object`);
  const { op } = operation;
  const path = pointer(operation.path, `${where}.path`);
  const from = () => pointer(operation.from, `${where}.from`);
  switch (op) {
    case 'add':
      tree.add(path, given(operation, where), `${where}.path`);
      break;
    case 'remove':
      tree.remove(path, `${where}.path`);
      break;
    case 'replace':
      tree.replace(path, given(operation, where), `${where}.path`);
      break;
    case 'move':
      tree.move(from(), path, where);
      break;
    case 'copy':
      tree.copy(from(), path, where);
      break;
    case 'test': {
      const value = tree.lookUp(path, `${where}.path`);
      if (isDeepStrictEqual(value, given(operation, where))) break;
      throw new CodedError('request.conflict', `${where}: the test fails, ${shown(operation.path)} is ${shown(value)}`);
    }
    default:
      throw wrong(`${where}.op: ${OPERATIONS.join(', ')} expected, not ${shown(op)}`);
  }
}

function wrong(detail: string): CodedError {
  return new CodedError('request.body', detail);
}

function given(operation: Json, where: string): unknown {
  if (Object.hasOwn(operation, 'value')) return operation.value;
  throw wrong(`${where}.value: ${shown(operation.op)} needs a value`);
}
