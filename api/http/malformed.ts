/** Requests that Node's parser refuses never reach the routers: they are answered here, and the connection ends. */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../../services/model/index.ts';
import { PROBLEM_TYPE, problem } from './problem.ts';

/** What the parser's codes mean [nodejs.org, http, Event 'clientError']; the rest is `request.body`. */
const MEANING: Readonly<Record<string, readonly [code: ErrorCode, detail: string]>> = {
  HPE_INVALID_METHOD: ['request.method', 'HTTP knows no such method'],
  HPE_HEADER_OVERFLOW: ['request.head', 'its first line and headers are larger than http.headerBytes'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['request.tooLarge', 'the chunk extensions are larger than 16 KiB'],
  ERR_HTTP_REQUEST_TIMEOUT: [
    'request.late',
    'its head must be here within http.headersSeconds, all of it within http.requestSeconds',
  ],
};

/** For the server's event `clientError`. Returns the status that was answered; null: nobody was there to read one. */
export function answerMalformed(error: Error & { readonly code?: string }, socket: Duplex): number | null {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return null;
  }
  const [code, detail] = MEANING[error.code ?? ''] ?? ['request.body', `the request cannot be read: ${error.message}`];
  const known = problem(code, detail);
  const body = JSON.stringify(known);
  const head = [
    `HTTP/1.1 ${known.status} ${STATUS_CODES[known.status] ?? ''}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(code === 'request.method' ? ['Allow: GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE'] : []),
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  return known.status;
}

/** For a request whose target names a host that can't be one, or no path. */
export function answerBadTarget(response: ServerResponse): void {
  const known = problem('request.host', 'the target of the request must be a path, or an address with a host');
  const body = Buffer.from(JSON.stringify(known));
  const headers = { 'Content-Type': PROBLEM_TYPE, 'Content-Length': body.length, Connection: 'close' };
  response.writeHead(known.status, headers).end(body);
}
