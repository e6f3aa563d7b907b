/** `{"requests":[…]}` ▸ requests; those of one atomicityGroup are a change set [OData JSON Format 4.01 §19.1]. */
import { CodedError } from '../../../services/model/index.ts';
import { isJsonObject } from '../write/index.ts';
import type { BatchItem, PartRequest } from './request.ts';

type Json = Readonly<Record<string, unknown>>;

/** At most `maxRequests` requests. @throws CodedError request.body with the path of the wrong field. */
export function readJson(given: unknown, maxRequests: number): BatchItem[] {
  const list = isJsonObject(given) ? given.requests : undefined;
  if (!Array.isArray(list))
    throw wrong('requests', 'is a list: {"requests":[{"id":"1","method":"get","url":"Things"}]}');
  if (list.length > maxRequests)
    throw new CodedError(
      'request.tooLarge',
      `there are more than ${maxRequests} requests (sensorthings.batchRequests)`,
    );
  const items: BatchItem[] = [];
  const groups = new Map<string, PartRequest[]>();
  const ids = new Set<string>();
  let last: string | null = null;
  for (const [i, one] of list.entries()) {
    const at = `requests[${i}]`;
    if (!isJsonObject(one)) throw wrong(at, 'is an object with id, method and url');
    const request = readRequest(one, at, ids);
    const group = text(one, 'atomicityGroup', at) ?? null;
    if (group === null) items.push({ kind: 'one', request });
    else if (group === last) groups.get(group)!.push(request);
    else if (groups.has(group) || ids.has(group))
      throw wrong(`${at}.atomicityGroup`, 'stands for requests in a row, and is no id');
    else {
      const requests = [request];
      groups.set(group, requests);
      items.push({ kind: 'set', id: group, requests });
    }
    last = group;
  }
  return items;
}

function readRequest(one: Json, at: string, ids: Set<string>): PartRequest {
  const id = text(one, 'id', at);
  const method = text(one, 'method', at);
  const url = text(one, 'url', at);
  if (id === undefined || id === '') throw wrong(`${at}.id`, 'is a text by which the answer is found');
  if (ids.has(id)) throw wrong(`${at}.id`, `stands twice: ${id.slice(0, 80)}`);
  ids.add(id);
  if (method === undefined) throw wrong(`${at}.method`, 'is get, post, put, patch or delete');
  if (url === undefined || url === '') throw wrong(`${at}.url`, 'is the address of the request');
  const { headers = {}, dependsOn = [], body } = one;
  if (!isJsonObject(headers)) throw wrong(`${at}.headers`, 'is an object of texts');
  if (!Array.isArray(dependsOn) || !dependsOn.every((other) => typeof other === 'string'))
    throw wrong(`${at}.dependsOn`, 'is a list of ids');
  return {
    id,
    method: method.toUpperCase(),
    url,
    headers: new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])),
    body: body === undefined || body === null ? null : { json: body },
    dependsOn,
  };
}

function text(from: Json, name: string, at: string): string | undefined {
  const value = from[name];
  // numbers are what people write there by hand
  if (typeof value === 'number' && name !== 'url' && name !== 'method') return String(value);
  if (value !== undefined && value !== null && typeof value !== 'string') throw wrong(`${at}.${name}`, 'is a text');
  return value ?? undefined;
}

function wrong(path: string, detail: string): CodedError {
  return new CodedError('request.body', `${path} ${detail}`);
}
