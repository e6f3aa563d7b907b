/** Requests that Node's parser refuses never reach the routers: they are answered here, and the connection ends. */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../../services/model/index.ts';
import { PROBLEM_TYPE, problem } from './problem.ts';

/** The parser's codes that have a status of their own [nodejs.org, http, Event 'clientError']; the rest is 400. */
const STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** For the server's event `clientError`. */
export function answerMalformed(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const method = error.code === 'HPE_INVALID_METHOD';
  const code: ErrorCode = method ? 'request.method' : 'request.body';
  const detail = method ? 'HTTP knows no such method' : `the request cannot be read: ${error.message}`;
  const known = problem(code, detail);
  const status = STATUS[error.code ?? ''] ?? known.status;
  const body = JSON.stringify({ ...known, status });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(method ? ['Allow: GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE'] : []),
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** For a request whose target names a host that can't be one, or no path. */
export function answerBadTarget(response: ServerResponse): void {
  const known = problem('request.host', 'the target of the request must be a path, or an address with a host');
  const body = Buffer.from(JSON.stringify(known));
  const headers = { 'Content-Type': PROBLEM_TYPE, 'Content-Length': body.length, Connection: 'close' };
  response.writeHead(known.status, headers).end(body);
}
