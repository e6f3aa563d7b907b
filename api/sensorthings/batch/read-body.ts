/** The body of a batch. That of a client which may not write is small, comes soon, and counts byte by byte as it comes. */
import type { Request, Response } from 'express';
import { CodedError } from '../../../services/model/index.ts';
import type { Options } from '../options.ts';
import { rawBody } from '../write/index.ts';
import type { Share } from './budget.ts';

/** A request counts at least so much, with an empty body too. */
const LEAST = 4096;

/** @throws CodedError request.tooLarge, request.body for one that takes too long, hub.busy */
export async function strangersBody(
  req: Request,
  res: Response,
  share: Share,
  { batchReadBytes, batchReadSeconds }: Options,
): Promise<Uint8Array> {
  const refused = Promise.withResolvers<never>();
  let came = 0;
  const count = (chunk: Uint8Array) => {
    came += chunk.length;
    try {
      share.grow(chunk.length);
    } catch (error) {
      refused.reject(error);
    }
  };
  const late = setTimeout(() => {
    const detail = `the body was not there within ${batchReadSeconds} s (sensorthings.batchReadSeconds)`;
    refused.reject(new CodedError('request.body', detail));
  }, batchReadSeconds * 1000);
  try {
    share.grow(LEAST);
    const read = rawBody(req, res, batchReadBytes, 'sensorthings.batchReadBytes');
    req.on('data', count);
    const bytes = (await Promise.race([read, refused.promise])) ?? new Uint8Array(0);
    // compressed ones are larger than what came
    if (bytes.length > came) share.grow(bytes.length - came);
    return bytes;
  } catch (error) {
    // the rest of it is not waited for
    res.setHeader('Connection', 'close');
    throw error;
  } finally {
    clearTimeout(late);
    req.off('data', count);
  }
}
