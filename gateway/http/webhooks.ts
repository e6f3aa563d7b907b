/** The router for `/ingest`: token ▸ body ▸ journal ▸ answer. */
import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import type { Intake } from '../../services/journal/index.ts';
import { type Clock, CodedError, type RawMessage, type Source } from '../../services/model/index.ts';
import { topicFilterProblem, topicMatcher } from '../envelope/index.ts';
import { rawBody } from './body.ts';
import type { Options } from './options.ts';
import { storing } from './storing.ts';

export interface WebhookPorts {
  readonly sources: readonly Source[];
  readonly intake: Intake;
  /** Does this request carry a token that may publish? */
  authorise(request: Request): boolean | Promise<boolean>;
  readonly options: Options;
  readonly clock: Clock;
}

/**
 * `POST /<source>?event=…` for a network's webhooks, `POST /mqtt/<topic>` for a body as if it was published on that topic.
 * 200 comes after the journal has the message on disk, also where it can't be read: then `problem` says why, and the message
 * waits as a dead letter. A repetition is answered in the same way. Failures go to the error handler as CodedError:
 * access.token 401, notFound 404, request.method 405, request.tooLarge 413, hub.busy and hub.storage 503.
 */
export function webhooks(ports: WebhookPorts): Router {
  const { sources, options, clock } = ports;
  const byId = new Map(sources.map((source) => [source.id, source]));
  const matcher = topicMatcher(sources);
  const store = storing(ports.intake, options);
  const router = express.Router();

  const authorise = async (request: Request, _response: Response, next: NextFunction) => {
    if (await ports.authorise(request)) return next();
    throw new CodedError('access.token', 'send an ingest token: Authorization: Bearer <token>');
  };

  const answer = async (source: Source, topic: string, request: Request, response: Response) => {
    const body: Uint8Array = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const message: RawMessage = { source: source.id, topic, body, receivedAt: clock.now(), delivery: 0 };
    await store(message);
    const opened = source.open(message);
    response.json(
      opened.ok ? { accepted: true } : { accepted: true, problem: { code: opened.code, detail: opened.detail } },
    );
  };

  /** Where the message belongs; found before the body is read. */
  const claim = (request: Request): { source: Source; topic: string } => {
    const path = decode(request.path);
    if (path.startsWith('/mqtt/')) {
      const topic = path.slice('/mqtt/'.length);
      if (topic === '' || topicFilterProblem(topic) !== null || /[+#]/.test(topic)) {
        throw new CodedError('envelope.topic', `${JSON.stringify(topic.slice(0, 200))} is no MQTT topic`);
      }
      const source = matcher.match(topic);
      if (source !== null) return { source, topic };
      throw new CodedError('notFound', `no source claims the topic ${JSON.stringify(topic.slice(0, 200))}`);
    }
    const source = byId.get(path.slice(1));
    if (source !== undefined && source.id !== 'mqtt') return { source, topic: webhookTopic(request) };
    const known = [...byId.keys()].map((id) => (id === 'mqtt' ? '/mqtt/<topic>' : `/${id}`)).join(', ');
    throw new CodedError('notFound', `there is no webhook here; known are ${known}`);
  };

  router.use((request, response, next) => {
    if (request.method === 'POST') return next();
    response.set('Allow', 'POST');
    throw new CodedError('request.method', 'webhooks are called with POST');
  });
  router.use(authorise);
  router.use((request, response, next) => {
    response.locals.claim = claim(request);
    next();
  });
  router.use(rawBody(options.maxBodyBytes));
  router.use((request, response) => {
    const { source, topic } = response.locals.claim as ReturnType<typeof claim>;
    return answer(source, topic, request, response);
  });
  return router;
}

/** Of the query only `event` is kept: some networks carry their token there, which must not get into the journal. */
function webhookTopic(request: Request): string {
  const { event } = request.query;
  return typeof event === 'string' ? `http:?event=${encodeURIComponent(event.slice(0, 64))}` : 'http:';
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new CodedError('envelope.topic', 'the address holds a broken %-escape');
  }
}
