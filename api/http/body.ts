/** JSON bodies for routers that ask for them. */
import express, { type RequestHandler } from 'express';
import { CodedError } from '../../services/model/index.ts';
import type { Options } from './options.ts';

/**
 * Parses `application/json` (UTF-8). Other types are refused: a form of a foreign page can send text/plain without asking,
 * but not this.
 */
export function jsonBody({ bodyBytes }: Pick<Options, 'bodyBytes'>): RequestHandler[] {
  const typed: RequestHandler = (request, _response, next) => {
    const hasBody =
      request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
    if (hasBody && !request.is(['application/json', 'application/*+json'])) {
      throw new CodedError('request.mediaType', 'send JSON with the header "Content-Type: application/json"');
    }
    next();
  };
  return [typed, express.json({ limit: bodyBytes, type: () => true })];
}
