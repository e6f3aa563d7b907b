/** `multipart/mixed` ▸ requests: parts of `application/http`, and change sets that hold such parts [STA 11.2]. */
import { CodedError } from '../../../services/model/index.ts';
import { endOfLine, type Part, readPart, splitParts } from './multipart.ts';
import type { BatchItem, PartRequest } from './request.ts';

/** At most `maxRequests` requests. @throws CodedError where the batch as a whole can't be read. */
export function readMultipart(body: string, contentType: string, maxRequests: number): BatchItem[] {
  let left = maxRequests;
  const items: BatchItem[] = [];
  for (const part of splitParts(body, contentType, maxRequests)) {
    let id: string | null = null;
    const type = part.headers.get('content-type') ?? '';
    try {
      id = contentId(part);
      if (!/^multipart\/mixed\b/i.test(type)) items.push({ kind: 'one', request: readRequest(part) });
      else items.push({ kind: 'set', id, requests: splitParts(part.body, type, maxRequests).map(readRequest) });
    } catch (error) {
      if (!(error instanceof CodedError) || error.code === 'request.tooLarge') throw error;
      items.push({ kind: 'wrong', id, error });
    }
    const last = items.at(-1)!;
    left -= last.kind === 'set' ? last.requests.length : 1;
    if (left < 0) {
      const detail = `there are more than ${maxRequests} requests (sensorthings.batchRequests)`;
      throw new CodedError('request.tooLarge', detail);
    }
  }
  return items;
}

/** An HTTP request as text [RFC 9112 §3]: what is not said is HTTP/1.1 and has no body. */
function readRequest({ headers, body }: Part): PartRequest {
  const type = headers.get('content-type') ?? 'application/http';
  if (!/^application\/http\b/i.test(type))
    throw new CodedError('request.body', `a part is application/http or a change set (multipart/mixed), not ${type}`);
  const text = body.replace(/^[\r\n]+/, '');
  const line = endOfLine(text, 0);
  const first = requestLine(text.slice(0, line.end));
  const inner = readPart(text.slice(line.next));
  return {
    // some clients put it with the headers of the request itself
    id: contentId({ headers }) ?? contentId(inner),
    ...first,
    headers: inner.headers,
    body: inner.body.trim() === '' ? null : { text: inner.body },
    dependsOn: [],
  };
}

/** Answers carry it in their heads, where a control character could end a line. */
function contentId({ headers }: Pick<Part, 'headers'>): string | null {
  const id = headers.get('content-id') ?? null;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for
  if (id !== null && /[\x00-\x1f\x7f]/.test(id))
    throw new CodedError('request.body', 'a Content-ID holds no control characters');
  return id;
}

/** The address may hold blanks: clients write `GET Things?$filter=name eq 'x' HTTP/1.1`. */
function requestLine(line: string): { readonly method: string; readonly url: string } {
  const text = line.trim();
  const blank = text.indexOf(' ');
  const last = text.lastIndexOf(' ');
  const method = text.slice(0, blank);
  const url = text.slice(blank + 1, /^HTTP\/\d/.test(text.slice(last + 1)) ? last : undefined).trim();
  if (blank <= 0 || !/^[A-Za-z]+$/.test(method) || url === '')
    throw new CodedError('request.body', `'${text.slice(0, 80)}' is no request line: GET Things(1) HTTP/1.1`);
  return { method: method.toUpperCase(), url };
}
