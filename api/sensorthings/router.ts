/** The doors of the API: methods, the request's surroundings, its end. */
import { type Request, type Response, Router } from 'express';
import type { Identity } from '../../services/access/index.ts';
import { CodedError } from '../../services/model/index.ts';
import { answer, HttpReply, Links } from './answer/index.ts';
import { batchOverHttp, batchRooms, isBatch } from './batch/index.ts';
import type { Contexts } from './contexts.ts';
import { Crowd } from './crowd.ts';
import { rootOf } from './root.ts';
import { BodyRoom, type Writer, writeOverHttp } from './write/index.ts';

export interface SensorThingsPorts {
  /** Shared with the other doors of the API. */
  readonly contexts: Contexts;
  /** Who asks. Throws CodedError access.token for a token that is none. */
  readonly identify: (request: Request) => Identity | Promise<Identity>;
  /** Left out: the API can only be read. */
  readonly writer?: Writer;
  /** A part of a batch failed by a defect of the hub, which its client is not told. */
  readonly defect?: (error: unknown) => void;
}

const READING = ['GET', 'HEAD'];
const WRITING = ['POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * OGC SensorThings API 1.1. To be mounted at `/v1.1`. Failures go on as CodedError to the error handler of the server; when
 * a body has begun already, the connection is cut so that no client takes a part for the whole.
 */
export function sensorThings(ports: SensorThingsPorts): Router {
  const { contexts, writer } = ports;
  const { options } = contexts;
  const crowd = new Crowd(options);
  const room = new BodyRoom(options.writeBytes);
  const rooms = batchRooms(options);
  const methods = writer === undefined ? READING : [...READING, ...WRITING];
  const router = Router({ caseSensitive: true });

  const read = async (req: Request, res: Response, caller: Identity): Promise<void> => {
    const leave = crowd.enter(req.ip ?? '');
    const pace = contexts.pace();
    res.once('close', () => {
      pace.gone = true;
      leave();
    });
    await pace.begin();
    const context = contexts.of(caller.reader, pace, req.ip ?? '');
    const [path = '', search = ''] = splitOnce(req.url, '?');
    const reply = new HttpReply(res, options.stallSeconds);
    try {
      await answer(path, search, context, new Links(rootOf(req, options)), reply);
    } catch (error) {
      if (!reply.started) throw error;
      res.destroy(error instanceof Error ? error : undefined);
    }
  };

  router.use(async (req: Request, res: Response) => {
    if (!methods.includes(req.method)) {
      res.setHeader('Allow', methods.join(', '));
      throw new CodedError('request.method', `${req.method} is not possible here; there are ${methods.join(', ')}`);
    }
    const caller = await ports.identify(req);
    if (writer === undefined || READING.includes(req.method)) {
      await read(req, res, caller);
      return;
    }
    const [path = '', search = ''] = splitOnce(req.url, '?');
    const links = new Links(rootOf(req, options));
    if (isBatch(req.method, path)) {
      await batchOverHttp(
        req,
        res,
        { identity: caller, links },
        { contexts, writer, crowd, room, rooms, ...(ports.defect === undefined ? {} : { defect: ports.defect }) },
      );
      return;
    }
    await writeOverHttp(req, res, { path, search, caller, links }, { writer, options, room });
  });
  return router;
}

function splitOnce(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
