/** The doors of the API: methods, the request's surroundings, its end. */
import { type Request, type Response, Router } from 'express';
import type { Reader } from '../../services/access/index.ts';
import { type Clock, CodedError } from '../../services/model/index.ts';
import type { CatalogueReader } from '../../services/registry/index.ts';
import type { LatestReader } from '../../services/timeseries/index.ts';
import { answer, Links } from './answer/index.ts';
import { Crowd } from './crowd.ts';
import type { Options } from './options.ts';
import { ExtentCache, type ObservationSource, Pace, RequestContext, Turns, VisibleViews } from './rows/index.ts';

export interface SensorThingsPorts {
  readonly catalogue: CatalogueReader;
  readonly store: ObservationSource;
  readonly latest: LatestReader;
  /** Who asks. Throws CodedError access.token for a token that is none. */
  readonly reader: (request: Request) => Reader | Promise<Reader>;
  readonly clock: Clock;
  readonly options: Options;
  /** Do messages wait for their acknowledgement? Then queries step back. Left out: never. */
  readonly busy?: () => boolean;
  /** Does the store hold Observations over intervals? They come over the API only. Left out: no. */
  readonly hasIntervals?: () => boolean;
}

/**
 * OGC SensorThings API 1.1, reading. To be mounted at `/v1.1`. Failures go on as CodedError to the error handler of the
 * server; when a body has begun already, the connection is cut so that no client takes a part for the whole.
 */
export function sensorThings(ports: SensorThingsPorts): Router {
  const { options, clock } = ports;
  const views = new VisibleViews(ports.catalogue, options.views);
  const extents = new ExtentCache({
    store: ports.store,
    latest: ports.latest,
    clock,
    seconds: options.extentSeconds,
    concurrency: options.concurrency,
  });
  const turns = new Turns(ports.busy ?? (() => false));
  const crowd = new Crowd(options);
  const router = Router({ caseSensitive: true });
  router.use(async (req: Request, res: Response) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.setHeader('Allow', 'GET, HEAD');
      throw new CodedError('request.method', `${req.method} is not possible here; GET and HEAD are`);
    }
    const reader = await ports.reader(req);
    const leave = crowd.enter(req.ip ?? '');
    const pace = new Pace(clock, turns, options.queryMilliseconds);
    res.once('close', () => {
      pace.gone = true;
      leave();
    });
    await pace.begin();
    const context = new RequestContext({
      store: ports.store,
      extents,
      options,
      view: views.of(reader),
      reader,
      pace,
      now: clock.now(),
      hasIntervals: ports.hasIntervals?.() ?? false,
    });
    const [path = '', search = ''] = splitOnce(req.url, '?');
    try {
      await answer(path, search, context, new Links(root(req, options)), res);
    } catch (error) {
      if (!res.headersSent) throw error;
      res.destroy(error instanceof Error ? error : undefined);
    }
  });
  return router;
}

/** The address as the client wrote it, unless one is configured. Proxies count as far as the server trusts them. */
function root(req: Request, options: Options): string {
  return options.publicUrl === ''
    ? `${req.protocol}://${req.host}${req.baseUrl}`
    : options.publicUrl.replace(/\/+$/, '');
}

function splitOnce(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
