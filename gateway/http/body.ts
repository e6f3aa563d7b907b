/** The body as bytes, whatever its type: the journal keeps it as it came. */
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import { CodedError } from '../../services/model/index.ts';

interface BodyError extends Error {
  readonly type?: string;
  readonly status?: number;
}

/** Reads at most `limit` bytes, unpacked; errors become CodedError. */
export function rawBody(limit: number): (RequestHandler | ErrorRequestHandler)[] {
  const tell: ErrorRequestHandler = (error: BodyError, _request, _response, next) => {
    if (error.type === 'entity.too.large') {
      next(new CodedError('request.tooLarge', `the body may have ${limit} bytes`, { cause: error }));
    } else if (error.type !== undefined && (error.status ?? 500) < 500) {
      next(new CodedError('request.body', `the body could not be read: ${error.message}`, { cause: error }));
    } else next(error);
  };
  return [express.raw({ limit, type: () => true }), tell];
}
