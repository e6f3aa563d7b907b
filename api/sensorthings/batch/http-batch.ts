/** A batch over HTTP: `POST /v1.1/$batch`. */
import type { Request, Response } from 'express';
import type { Identity } from '../../../services/access/index.ts';
import { HttpReply, type Links } from '../answer/index.ts';
import type { Crowd } from '../crowd.ts';
import { type BodyRoom, bytesAhead, rawBody } from '../write/index.ts';
import { answerBatch } from './batch.ts';
import { strangersBody } from './read-body.ts';
import type { BatchRooms } from './rooms.ts';
import type { BatchPorts } from './run.ts';

export interface BatchDoor extends Omit<BatchPorts, 'answers'> {
  readonly crowd: Crowd;
  /** For bodies of those who may write. */
  readonly room: BodyRoom;
  readonly rooms: BatchRooms;
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
  { crowd, room, rooms, ...ports }: BatchDoor,
): Promise<void> {
  const { options } = ports.contexts;
  const share = rooms.bodies.share();
  const mayWrite = identity.writes !== 'nothing';
  const leaveRoom = mayWrite ? room.enter(bytesAhead(req, options.bodyBytes)) : () => share.release();
  try {
    const bytes = mayWrite
      ? ((await rawBody(req, res, options.bodyBytes)) ?? new Uint8Array(0))
      : await strangersBody(req, res, share, options);
    // a body that trickles in is no query yet
    const leaveCrowd = crowd.enter(req.ip ?? '');
    let gone = res.destroyed;
    if (gone) leaveCrowd();
    res.once('close', () => {
      gone = true;
      leaveCrowd();
    });
    const body = { contentType: req.get('content-type') ?? '', prefer: req.get('prefer') ?? '', bytes };
    const caller = { identity, links, host: req.host ?? '', address: req.ip ?? '', gone: () => gone };
    await answerBatch(body, caller, { ...ports, answers: rooms.answers }, new Pieces(res, options.stallSeconds));
  } finally {
    leaveRoom();
  }
}

/** A small answer goes out with its length, a larger one in pieces, and a client that reads none of them is cut off. */
class Pieces {
  readonly #res: Response;
  readonly #reply: HttpReply;
  #pending = '';
  #begun = false;

  constructor(res: Response, stallSeconds: number) {
    this.#res = res;
    this.#reply = new HttpReply(res, stallSeconds);
  }

  type(contentType: string): void {
    this.#res.setHeader('Content-Type', contentType);
  }

  /** Resolves when there is room for more. */
  async write(text: string): Promise<void> {
    this.#pending += text;
    while (this.#pending.length > PIECE) {
      this.#begun = true;
      const piece = this.#pending.slice(0, PIECE);
      this.#pending = this.#pending.slice(PIECE);
      await this.#reply.write(piece);
    }
  }

  async end(): Promise<void> {
    if (!this.#begun) {
      this.#res.end(this.#pending);
      return;
    }
    await this.#reply.write(this.#pending);
    this.#reply.end();
  }
}
