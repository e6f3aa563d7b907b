/** A part that writes, as the writer takes it. */
import type { JsonLimits, WriteRequest } from '../write/index.ts';
import { parseBody } from '../write/index.ts';
import type { PartAddress } from './address.ts';
import type { References } from './references.ts';
import type { PartRequest } from './request.ts';

const WRITES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

export function isWrite(method: string): method is WriteRequest['method'] {
  return WRITES.has(method);
}

/** @throws CodedError where the body can't be read, or names a request that has made nothing. */
export function writeRequest(
  { method, headers, body }: PartRequest,
  { path, search }: PartAddress,
  references: References,
  limits: JsonLimits,
): WriteRequest {
  const type = headers.get('content-type') ?? (body === null ? '' : 'application/json');
  return {
    method: method as WriteRequest['method'],
    path,
    search,
    contentType: type.split(';')[0]!.trim().toLowerCase(),
    body: body === null ? undefined : references.inBody(jsonOf(body, limits)),
    prefer: preferOf(headers.get('prefer')),
  };
}

function jsonOf(body: NonNullable<PartRequest['body']>, limits: JsonLimits): unknown {
  return 'json' in body ? body.json : parseBody(Buffer.from(body.text), limits);
}

/** [RFC 7240 §4.2] */
function preferOf(text: string | undefined): WriteRequest['prefer'] {
  const match = /(?:^|[,;\s])return\s*=\s*"?(representation|minimal)\b/i.exec(text ?? '');
  return match === null ? null : (match[1]!.toLowerCase() as 'representation' | 'minimal');
}
