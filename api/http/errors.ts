/** The last two handlers of the hub: nothing found, and anything thrown. */
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { CodedError } from '../../services/model/index.ts';
import { lengthOf, PROBLEM_TYPE, problemOf, retryAfter } from './problem.ts';

export const notFound: RequestHandler = (request) => {
  throw new CodedError('notFound', `${request.method} ${request.path} leads nowhere`);
};

/** So much of a refused body is still taken and thrown away; a client that sends more is cut off. */
const DISCARDED_BYTES = 32 * 1024 ** 2;

/** Closing at once would reset the connection while the client still writes, and it would never read why. */
function discard(request: Request): void {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DISCARDED_BYTES) request.destroy();
  });
  request.resume();
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * How to show a token [RFC 9110 §11.6.1]. Clients that know only Basic send none before they are asked; browsers ask their
 * users then, so that reading never asks, and of writing only what such clients use.
 */
function challenge(request: Request, response: Response): string {
  const basic = response.locals.basic === true && !SAFE.has(request.method);
  return basic ? 'Basic realm="Stadtpegel", Bearer' : 'Bearer realm="Stadtpegel"';
}

/** `defect` hears of errors that are the hub's fault. */
export function errorHandler(
  defect: (error: unknown, request: { readonly method: string; readonly path: string; readonly id: string }) => void,
): ErrorRequestHandler {
  return (error, request, response, _next) => {
    const problem = problemOf(error);
    if (problem.code === 'hub.internal') {
      const id = String(response.getHeader('X-Request-Id') ?? '');
      defect(error, { method: request.method, path: request.baseUrl + request.path, id });
    }
    if (response.headersSent) {
      // The answer is under way and can't become an error any more: a cut connection says that it is not whole.
      response.destroy();
      return;
    }
    if (problem.code === 'access.token') response.setHeader('WWW-Authenticate', challenge(request, response));
    const seconds = retryAfter(problem, error);
    if (seconds !== null) response.setHeader('Retry-After', String(seconds));
    const length = lengthOf(error);
    if (length !== null) response.setHeader('Content-Range', length);
    if (problem.code === 'request.tooLarge') discard(request);
    response.status(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem));
  };
}
