/** Requests that want another protocol (WebSocket): to the part that owns the path, else a plain HTTP refusal. */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { CodedError } from '../../services/model/index.ts';
import { PROBLEM_TYPE, problemOf, retryAfter } from './problem.ts';

export interface Upgrade {
  /** Exact path, e.g. `/live`. */
  readonly path: string;
  /** May throw a CodedError before it has answered: the caller gets it as a problem document. */
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

function refuse(socket: Duplex, error: unknown): void {
  const problem = problemOf(error);
  const body = JSON.stringify(problem);
  const seconds = retryAfter(problem, error);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(problem.code === 'access.token' ? ['WWW-Authenticate: Bearer realm="stadtpegel"'] : []),
    ...(seconds === null ? [] : [`Retry-After: ${seconds}`]),
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

export function upgradeListener(upgrades: readonly Upgrade[], defect: (error: unknown) => void) {
  const byPath = new Map(upgrades.map((upgrade) => [upgrade.path, upgrade]));
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // A peer that resets the connection must not end the process.
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '/').split('?', 1)[0]!;
    const upgrade = byPath.get(path) ?? byPath.get(path.replace(/\/$/, ''));
    try {
      if (upgrade === undefined) throw new CodedError('notFound', `there is no WebSocket at ${path}`);
      upgrade.handle(request, socket, head);
    } catch (error) {
      if (problemOf(error).code === 'hub.internal') defect(error);
      refuse(socket, error);
    }
  };
}
