/**
 * Orders of people: `/admin/freezes` (evidence that nothing may be deleted from) and `/admin/erasures` (what must go for good).
 */
import type { IncomingMessage } from 'node:http';
import { Router } from 'express';
import { z } from 'zod';
import { CodedError, isoTime } from '../../services/model/index.ts';
import { body } from './body.ts';
import type { AdminPorts, OrdersHistory } from './ports.ts';
import { limit, query, time } from './query.ts';

const reason = z.string().trim().min(3, 'a reason of at least three letters: it stays in the record').max(2000);
/** Hundreds of thousands may come: the first wrong one is named, and no more is made of the others. */
const ids = z
  .array(z.unknown())
  .min(1, 'at least one id')
  .transform((given, context) => {
    const wrong = given.findIndex((id) => !(Number.isSafeInteger(id) && (id as number) >= 1));
    if (wrong !== -1)
      context.addIssue({ code: 'custom', path: [wrong], message: 'an id is a whole number of at least 1' });
    return given as number[];
  });
const span = { from: time.nullish(), to: time.nullish(), reason };
const one = {
  device: z.string().min(1).max(200).optional(),
  unregistered: z.literal(true).optional(),
  thing: z.union([z.int().min(1), z.string().min(1).max(200)]).optional(),
  datastreams: ids.optional(),
};
const freezeBody = z
  .strictObject({
    ...one,
    organisation: z.string().min(1).max(63).optional(),
    all: z.literal(true).optional(),
    ...span,
  })
  .refine(named(['device', 'thing', 'datastreams', 'organisation', 'all']), {
    error: 'exactly one of device, thing, datastreams, organisation, all is needed',
  });
const erasureBody = z.strictObject({ ...one, ...span }).refine(named(['device', 'thing', 'datastreams']), {
  error: 'exactly one of device, thing, datastreams is needed',
});

const state = z.enum(['holding', 'lifted'], "'holding' or 'lifted'").optional();
const before = z.string().min(1).max(100).optional();

export function orders({ history, authorize, options }: Pick<AdminPorts, 'history' | 'authorize' | 'options'>): Router {
  const router = Router();
  const most = limit(options);
  const by = (request: IncomingMessage) => authorize(request).name;

  router.get('/freezes', (request, response) => {
    const given = query(request.originalUrl, { state, before, limit: most });
    const { page, next } = newest(
      history.freezes,
      ({ lifted }) => given.state === undefined || (lifted === null) === (given.state === 'holding'),
      given.before,
      given.limit,
    );
    response.json({ freezes: page.map(freezeJson), nextLink: linkTo('freezes', { ...given, before: next }) });
  });
  router.post('/freezes', async (request, response) => {
    query(request.originalUrl, {});
    const { from, to, reason, ...asked } = body(request, freezeBody);
    const made = await history.freeze(asked, { from: from ?? null, to: to ?? null, reason, by: by(request) });
    response
      .status(201)
      .location(`/admin/freezes/${made.id}`)
      .json({ ...freezeJson(made), settled: !history.isSettling(made.id) });
  });
  router.get('/freezes/:id', (request, response) => {
    query(request.originalUrl, {});
    const { id } = request.params;
    response.json({ ...freezeJson(history.freezeRecord(id)), settled: !history.isSettling(id) });
  });
  // what it has held stays in the record
  router.delete('/freezes/:id', async (request, response) => {
    const given = query(request.originalUrl, { reason });
    response.json(freezeJson(await history.lift(request.params.id, by(request), given.reason)));
  });

  router.get('/erasures', (request, response) => {
    const given = query(request.originalUrl, { before, limit: most });
    const { page, next } = newest(history.erasures, () => true, given.before, given.limit);
    response.json({
      erasures: page.map(({ id }) => erasureJson(history.erasure(id), false)),
      nextLink: linkTo('erasures', { ...given, before: next }),
    });
  });
  router.post('/erasures', async (request, response) => {
    query(request.originalUrl, {});
    const { from, to, reason, ...asked } = body(request, erasureBody);
    const made = await history.erase(asked, { from: from ?? null, to: to ?? null, reason, by: by(request) });
    const answer = erasureJson(history.erasure(made.id), true);
    response.status(202).location(`/admin/erasures/${made.id}`).json(answer);
  });
  router.get('/erasures/:id', (request, response) => {
    query(request.originalUrl, {});
    response.json(erasureJson(history.erasure(request.params.id), true));
  });
  // byte for byte what the checksum is of
  router.get('/erasures/:id/receipt', (request, response) => {
    query(request.originalUrl, {});
    const { done } = history.erasure(request.params.id).record;
    if (done === null) throw new CodedError('notFound', 'the order is not carried out yet');
    response.type('text/plain; charset=utf-8').setHeader('X-SHA256', done.sha256);
    response.send(done.receipt);
  });
  return router;
}

/** The newest first. `next`: id of the last one, if there are more. Throws query.option where there is no `before`. */
function newest<T extends { readonly id: string }>(
  all: readonly T[],
  wanted: (one: T) => boolean,
  before: string | undefined,
  most: number,
) {
  const end = before === undefined ? all.length : all.findIndex(({ id }) => id === before);
  if (end === -1) throw new CodedError('query.option', `before: there is no ${before} in this list`);
  const page: T[] = [];
  for (let at = end - 1; at >= 0; at--) {
    const one = all[at] as T;
    if (!wanted(one)) continue;
    if (page.length === most) return { page, next: (page.at(-1) as T).id };
    page.push(one);
  }
  return { page, next: null };
}

/** null: there is no next page. */
function linkTo(list: string, { before, ...rest }: { readonly before: string | null } & object): string | null {
  if (before === null) return null;
  const given = Object.entries({ ...rest, before }).filter(([, value]) => value !== undefined);
  const parameters = new URLSearchParams();
  for (const [name, value] of given) parameters.set(name, String(value));
  return `/admin/${list}?${parameters}`;
}

function named(names: readonly string[]) {
  return (given: object) => names.filter((name) => (given as Record<string, unknown>)[name] !== undefined).length === 1;
}

function freezeJson({ at, from, to, lifted, ...freeze }: OrdersHistory['freezes'][number]): object {
  return {
    ...freeze,
    at: isoTime(at),
    from: moment(from),
    to: moment(to),
    lifted: lifted === null ? null : { ...lifted, at: isoTime(lifted.at) },
  };
}

function erasureJson({ record, progress }: ReturnType<OrdersHistory['erasure']>, receipt: boolean): object {
  const { id, asked, reason, by, at, datastreams, devices, from, to, done } = record;
  return {
    id,
    state: done !== null ? 'done' : (progress?.step ?? 'waiting'),
    asked,
    reason,
    by,
    at: isoTime(at),
    datastreams,
    devices,
    from: moment(from),
    to: isoTime(to),
    ...(done === null ? { segments: progress?.segments ?? null } : { done: isoTime(done.at), sha256: done.sha256 }),
    ...(receipt && done !== null ? { receipt: JSON.parse(done.receipt) } : {}),
  };
}

function moment(at: number | null): string | null {
  return at === null ? null : isoTime(at);
}
