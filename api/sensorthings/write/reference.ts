/** Related entities in bodies: a link to one that is there, or a new one [STA 10.2.1]. */
import { parseResourcePath } from '../syntax/index.ts';
import { shown, wrong } from './complaint.ts';
import { isJsonObject } from './values.ts';

export type Reference =
  | { readonly kind: 'link'; readonly id: bigint; readonly path: string }
  | { readonly kind: 'inline'; readonly body: unknown; readonly path: string };

/**
 * `{"@iot.id": 1}`, `{"id": 1}` or `{"@iot.selfLink": "…/Things(1)"}` is a link, whatever stands beside the id: clients send
 * whole entities back that they have read. Without an id it is a new entity. @throws CodedError request.body
 */
export function readReference(value: unknown, set: string, path: string): Reference {
  if (!isJsonObject(value))
    throw wrong(path, `an entity or a link such as {"@iot.id":1} expected, not ${shown(value)}`);
  const given = value['@iot.id'] ?? (Object.keys(value).length === 1 ? value.id : undefined);
  const self = value['@iot.selfLink'];
  // beyond 2^53 the number is rounded already, the address is not
  if (self !== undefined && (given === undefined || (typeof given === 'number' && !Number.isSafeInteger(given)))) {
    return { kind: 'link', id: idOfLink(self, set, path), path };
  }
  return given === undefined ? { kind: 'inline', body: value, path } : { kind: 'link', id: readId(given, path), path };
}

/** A number, or the same as text: ids beyond 2^53 would not survive as JSON numbers. */
export function readId(value: unknown, path: string): bigint {
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return BigInt(value);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) {
    if (Number.isSafeInteger(value)) return BigInt(value);
    throw wrong(path, 'an @iot.id beyond 2^53 must be written as text, or as @iot.selfLink');
  }
  throw wrong(path, `an @iot.id is a whole number, not ${shown(value)}`);
}

function idOfLink(value: unknown, set: string, path: string): bigint {
  const last = typeof value === 'string' ? value.slice(value.lastIndexOf('/') + 1) : '';
  const found = /^\w+\('?\d+'?\)$/.test(last) ? parseResourcePath(last)[0] : undefined;
  if (found?.name === set && found.id !== null) return found.id;
  throw wrong(path, `@iot.selfLink must end with ${set}(1), not ${shown(value)}`);
}
