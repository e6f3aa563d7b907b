/** A write over HTTP, from its headers to its answer. */
import type { Request, Response } from 'express';
import type { Identity } from '../../../services/access/index.ts';
import type { Links } from '../answer/index.ts';
import type { Options } from '../options.ts';
import type { BodyRoom } from './body-room.ts';
import { bytesAhead, contentTypeOf, readBody } from './http-body.ts';
import { checkMayWrite } from './may-write.ts';
import type { WriteRequest, Writer } from './port.ts';
import { WrongMethod } from './wrong-method.ts';

export interface WriteDoor {
  readonly writer: Writer;
  readonly options: Options;
  readonly room: BodyRoom;
}

/** `path` from the version on, `search` behind the question mark. @throws CodedError */
export async function writeOverHttp(
  req: Request,
  res: Response,
  { path, search, caller, links }: { path: string; search: string; caller: Identity; links: Links },
  { writer, options, room }: WriteDoor,
): Promise<void> {
  const method = req.method as WriteRequest['method'];
  const place = { method, path: path.replace(/^\/+/, ''), search };
  // strangers must not make the hub read and parse
  checkMayWrite(caller, place);
  const length = method === 'DELETE' ? 0 : bytesAhead(req, options.bodyBytes);
  const leave = room.enter(length);
  try {
    const contentType = method === 'DELETE' ? '' : contentTypeOf(req);
    const body = method === 'DELETE' ? undefined : await readBody(req, res, options);
    const prefer = preferOf(req);
    const { status, created, body: text } = await writer.write({ ...place, contentType, body, prefer }, caller, links);
    if (created !== null) res.setHeader('Location', `${links.root}/${created}`);
    if (prefer !== null && (prefer === 'minimal') === (text === null))
      res.setHeader('Preference-Applied', `return=${prefer}`);
    res.status(status);
    if (text === null) res.end();
    else res.type('application/json').send(text);
  } catch (error) {
    if (error instanceof WrongMethod) res.setHeader('Allow', error.allow);
    throw error;
  } finally {
    leave();
  }
}

/** [RFC 7240] */
function preferOf(req: Request): WriteRequest['prefer'] {
  const found = /\breturn\s*=\s*"?(representation|minimal)\b/i.exec(req.get('prefer') ?? '')?.[1]?.toLowerCase();
  return found === 'representation' || found === 'minimal' ? found : null;
}
