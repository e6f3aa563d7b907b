/** The body of an HTTP request ▸ JSON: bounded, UTF-8, and refused before it is read where it can be. */
import express, { type Request, type Response } from 'express';
import { CodedError } from '../../../services/model/index.ts';
import type { Options } from '../options.ts';
import { jsonErrorAt } from './json-position.ts';

const TEXT = new TextDecoder('utf-8', { fatal: true });
const JSON_TYPES = new Set(['application/json', 'application/json-patch+json', 'application/merge-patch+json']);

/** In lower case without parameters; '' where there is none. @throws CodedError request.mediaType */
export function contentTypeOf(req: Request): string {
  const given = req.get('content-type');
  if (given === undefined) {
    // pages of other web sites can send what has no type without asking first
    if (req.get('origin') === undefined) return '';
    throw new CodedError('request.mediaType', 'send JSON with the header "Content-Type: application/json"');
  }
  const type = given.split(';')[0]!.trim().toLowerCase();
  if (JSON_TYPES.has(type)) return type;
  throw new CodedError(
    'request.mediaType',
    `send JSON with the header "Content-Type: application/json", not ${type.slice(0, 80)}`,
  );
}

/** undefined: there is no body. @throws CodedError request.tooLarge, request.json, request.body, request.mediaType */
export async function readBody(
  req: Request,
  res: Response,
  options: Pick<Options, 'bodyBytes' | 'bodyDepth'>,
): Promise<unknown> {
  const bytes = await rawBody(req, res, options.bodyBytes);
  return bytes === null ? undefined : parseBody(bytes, options.bodyDepth);
}

/** null: none, or an empty one. @throws CodedError */
export function rawBody(req: Request, res: Response, limit: number): Promise<Buffer | null> {
  const read = express.raw({ limit, type: () => true });
  return new Promise((resolve, reject) => {
    read(req, res, (error?: unknown) => {
      if (error !== undefined) reject(codedError(error, limit));
      else resolve(Buffer.isBuffer(req.body) && req.body.length > 0 ? req.body : null);
    });
  });
}

/** @throws CodedError request.json with the position, request.body for what is nested too deep. */
export function parseBody(bytes: Uint8Array, depth: number): unknown {
  let text: string;
  try {
    text = TEXT.decode(bytes);
  } catch (cause) {
    throw new CodedError('request.json', 'the body is not valid UTF-8', { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const { line, column } = jsonErrorAt(text);
    const detail = `the body is not valid JSON: line ${line}, column ${column} (${(cause as Error).message})`;
    throw new CodedError('request.json', detail, { cause });
  }
  checkInside(value, depth);
  return value;
}

/** Depth, and numbers that JSON can write but nobody can keep. Without recursion: level by level. */
function checkInside(value: unknown, depth: number): void {
  let level: unknown[] = [value];
  for (let at = 0; level.length > 0; at++) {
    const inner: unknown[] = [];
    for (const one of level) {
      if (typeof one === 'number' && !Number.isFinite(one)) {
        throw new CodedError('request.json', 'a number of the body is beyond what a double holds, ±1.8e308');
      }
      if (typeof one !== 'object' || one === null) continue;
      if (at === depth) {
        throw new CodedError('request.body', `the body is nested deeper than ${depth} levels (sensorthings.bodyDepth)`);
      }
      for (const part of Object.values(one)) if (typeof part === 'object' || typeof part === 'number') inner.push(part);
    }
    level = inner;
  }
}

/** What body-parser puts on its errors [http-errors]. */
function codedError(error: unknown, limit: number): unknown {
  const { type, status, message } = error as { type?: string; status?: number; message?: string };
  if (type === 'entity.too.large')
    return new CodedError('request.tooLarge', `a body has at most ${limit} bytes (sensorthings.bodyBytes)`);
  if (type === 'encoding.unsupported') return new CodedError('request.mediaType', String(message));
  if (status !== undefined && status >= 400 && status < 500) return new CodedError('request.body', String(message));
  return error;
}
