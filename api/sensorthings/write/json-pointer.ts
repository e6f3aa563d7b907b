/** JSON Pointer [RFC 6901]. */
import { shown, wrong } from './complaint.ts';

/** The keys on the way. @throws CodedError request.body */
export function pointer(text: unknown, where: string): string[] {
  if (text === '') return [];
  if (typeof text !== 'string' || !text.startsWith('/') || /~(?![01])/.test(text))
    throw wrong(where, `a JSON Pointer such as "/properties/height" expected, not ${shown(text)}`);
  const keys = text.slice(1).split('/');
  return text.includes('~') ? keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')) : keys;
}

/** Index in an array; `end`: its length, one behind the last, is allowed. @throws CodedError request.body */
export function indexIn(list: readonly unknown[], key: string, end: boolean, where: string): number {
  if (end && key === '-') return list.length;
  const i = /^(0|[1-9]\d{0,9})$/.test(key) ? Number(key) : Number.NaN;
  if (i < list.length + (end ? 1 : 0)) return i;
  throw wrong(where, `the array has ${list.length} elements and no place ${shown(key)}`);
}
