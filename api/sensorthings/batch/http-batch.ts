/** A batch over HTTP: `POST /v1.1/$batch`. */
import type { Request, Response } from 'express';
import type { Identity } from '../../../services/access/index.ts';
import { HttpReply, type Links, type Reply } from '../answer/index.ts';
import type { Crowd } from '../crowd.ts';
import { type BodyRoom, rawBody } from '../write/index.ts';
import { answerBatch } from './batch.ts';
import type { BatchPorts } from './run.ts';

export interface BatchDoor extends BatchPorts {
  readonly crowd: Crowd;
  readonly room: BodyRoom;
}

/** In the client's pace: a larger piece would have to go within the time of a stall. */
const PIECE = 256 * 1024;

/** `path` from the version on. */
export function isBatch(method: string, path: string): boolean {
  return method === 'POST' && /^\/+(?:\$|%24)batch\/?$/i.test(path);
}

/** @throws CodedError where the batch can't be read; else it answers 200, and each of its requests has a status. */
export async function batchOverHttp(
  req: Request,
  res: Response,
  { identity, links }: { identity: Identity; links: Links },
  { crowd, room, ...ports }: BatchDoor,
): Promise<void> {
  const { options } = ports.contexts;
  const leaveCrowd = crowd.enter(req.ip ?? '');
  let gone = false;
  res.once('close', () => {
    gone = true;
    leaveCrowd();
  });
  const length = Number(req.get('content-length') ?? options.bodyBytes);
  const leaveRoom = room.enter(Number.isFinite(length) ? Math.min(length, options.bodyBytes) : options.bodyBytes);
  try {
    const bytes = (await rawBody(req, res, options.bodyBytes)) ?? new Uint8Array(0);
    const body = { contentType: req.get('content-type') ?? '', prefer: req.get('prefer') ?? '', bytes };
    const { contentType, text } = await answerBatch(body, { identity, links, gone: () => gone }, ports);
    res.setHeader('Content-Type', contentType);
    if (text.length <= PIECE) res.end(text);
    else await inPieces(text, new HttpReply(res, options.stallSeconds));
  } finally {
    leaveRoom();
  }
}

async function inPieces(text: string, reply: Reply): Promise<void> {
  for (let at = 0; at < text.length; at += PIECE) await reply.write(text.slice(at, at + PIECE));
  reply.end();
}
