/** Bodies of several parts [RFC 2046 §5.1]. The parts of one level; CRLF or LF. */
import { CodedError } from '../../../services/model/index.ts';

export interface Part {
  /** By their names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Headers of one part. */
const MAX_HEADERS = 100;
/** RFC 2046 allows 1 to 70 characters; some clients take more. */
const MAX_BOUNDARY = 200;

/** @throws CodedError request.body where the boundary is missing, in the header or at the end of the body. */
export function splitParts(body: string, contentType: string, maxParts: number): Part[] {
  const delimiter = `--${boundaryOf(contentType)}`;
  const parts: Part[] = [];
  let start = -1;
  let from = 0;
  for (;;) {
    const at = body.indexOf(delimiter, from);
    if (at < 0) throw wrong(`the closing line ${delimiter}-- is missing: was the body cut off?`);
    from = at + delimiter.length;
    if (at > 0 && body[at - 1] !== '\n') continue;
    const line = endOfLine(body, from);
    const rest = body.slice(from, line.end).trimEnd();
    if (rest !== '' && rest !== '--') continue;
    if (start >= 0) {
      if (parts.length >= maxParts)
        throw new CodedError('request.tooLarge', `there are more than ${maxParts} parts (sensorthings.batchRequests)`);
      parts.push(readPart(body.slice(start, withoutBreak(body, start, at))));
    }
    if (rest === '--') return parts;
    start = line.next;
    from = line.next;
  }
}

/** Splits head and body; the head may be empty. */
export function readPart(text: string): Part {
  const headers = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    const { end, next } = endOfLine(text, at);
    const line = text.slice(at, end).trim();
    at = next;
    if (line === '') break;
    const colon = line.indexOf(':');
    if (colon <= 0) throw wrong(`'${line.slice(0, 80)}' is no header; a blank line stands between headers and body`);
    if (headers.size >= MAX_HEADERS) throw wrong(`a part has more than ${MAX_HEADERS} headers`);
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, body: text.slice(at) };
}

function boundaryOf(contentType: string): string {
  const match = /;\s*boundary\s*=\s*(?:"([^"]*)"|([^\s;]+))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2] ?? '';
  if (boundary === '' || boundary.length > MAX_BOUNDARY)
    throw wrong('Content-Type needs a boundary: multipart/mixed;boundary=batch_1');
  return boundary;
}

/** Where the line ends, and where the next one begins. */
export function endOfLine(text: string, from: number): { readonly end: number; readonly next: number } {
  const at = text.indexOf('\n', from);
  if (at < 0) return { end: text.length, next: text.length };
  return { end: at > from && text[at - 1] === '\r' ? at - 1 : at, next: at + 1 };
}

/** The line break before a boundary belongs to the boundary. */
function withoutBreak(text: string, start: number, at: number): number {
  let end = at;
  if (end > start && text[end - 1] === '\n') end--;
  if (end > start && text[end - 1] === '\r') end--;
  return end;
}

function wrong(detail: string): CodedError {
  return new CodedError('request.body', detail);
}
