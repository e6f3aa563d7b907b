/** The body of an HTTP request ▸ JSON: bounded, UTF-8, and refused before it is read where it can be. */
import express, { type Request, type Response } from 'express';
import { CodedError } from '../../../services/model/index.ts';
import type { Options } from '../options.ts';
import { checkText, checkValue, type JsonLimits } from './json-limits.ts';
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

/** Bytes that the body may have: as many as its head tells, `limit` where it does not or tells more. */
export function bytesAhead(req: Request, limit: number): number {
  const told = Number(req.get('content-length') ?? Number.NaN);
  return Number.isNaN(told) ? limit : Math.min(told, limit);
}

/** undefined: there is no body. @throws CodedError request.tooLarge, request.json, request.body, request.mediaType */
export async function readBody(
  req: Request,
  res: Response,
  options: Pick<Options, 'bodyBytes'> & JsonLimits,
): Promise<unknown> {
  const bytes = await rawBody(req, res, options.bodyBytes);
  return bytes === null ? undefined : parseBody(bytes, options);
}

/** null: none, or an empty one. @throws CodedError */
export function rawBody(
  req: Request,
  res: Response,
  limit: number,
  option = 'sensorthings.bodyBytes',
): Promise<Buffer | null> {
  const read = express.raw({ limit, type: () => true });
  return new Promise((resolve, reject) => {
    read(req, res, (error?: unknown) => {
      if (error !== undefined) reject(codedError(error, limit, option));
      else resolve(Buffer.isBuffer(req.body) && req.body.length > 0 ? req.body : null);
    });
  });
}

/** @throws CodedError request.json with the position, request.body for what is nested too deep or holds too much. */
export function parseBody(bytes: Uint8Array, limits: JsonLimits): unknown {
  checkText(bytes, limits);
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
  checkValue(value, limits);
  return value;
}

/** What body-parser puts on its errors [http-errors]. */
function codedError(error: unknown, limit: number, option: string): unknown {
  const { type, status, message } = error as { type?: string; status?: number; message?: string };
  if (type === 'entity.too.large')
    return new CodedError('request.tooLarge', `a body has at most ${limit} bytes (${option})`);
  if (type === 'encoding.unsupported') return new CodedError('request.mediaType', String(message));
  if (status !== undefined && status >= 400 && status < 500) return new CodedError('request.body', String(message));
  return error;
}
