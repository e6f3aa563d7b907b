/**
 * Orders of people: `/admin/freezes` (evidence that nothing may be deleted from) and `/admin/erasures` (what must go for good).
 */
import type { IncomingMessage } from 'node:http';
import { Router } from 'express';
import { z } from 'zod';
import { CodedError, isoTime } from '../../services/model/index.ts';
import { body } from './body.ts';
import type { AdminPorts, OrdersHistory } from './ports.ts';
import { query, time } from './query.ts';

const reason = z.string().trim().min(3, 'a reason of at least three letters: it stays in the record').max(2000);
const ids = z.array(z.int().min(1)).min(1, 'at least one id');
const span = { from: time.nullish(), to: time.nullish(), reason };
const one = {
  device: z.string().min(1).max(200).optional(),
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

export function orders({ history, authorize }: Pick<AdminPorts, 'history' | 'authorize'>): Router {
  const router = Router();
  const by = (request: IncomingMessage) => authorize(request).name;

  router.get('/freezes', (request, response) => {
    query(request.originalUrl, {});
    response.json({ freezes: history.freezes.map(freezeJson) });
  });
  router.post('/freezes', async (request, response) => {
    query(request.originalUrl, {});
    const { from, to, reason, ...asked } = body(request, freezeBody);
    const made = await history.freeze(asked, { from: from ?? null, to: to ?? null, reason, by: by(request) });
    response.status(201).location(`/admin/freezes/${made.id}`).json(freezeJson(made));
  });
  router.get('/freezes/:id', (request, response) => {
    query(request.originalUrl, {});
    const found = history.freezes.find(({ id }) => id === request.params.id);
    if (found === undefined) throw new CodedError('notFound', `there is no freeze ${request.params.id}`);
    response.json(freezeJson(found));
  });
  // what it has held stays in the record
  router.delete('/freezes/:id', async (request, response) => {
    const given = query(request.originalUrl, { reason });
    response.json(freezeJson(await history.lift(request.params.id, by(request), given.reason)));
  });

  router.get('/erasures', (request, response) => {
    query(request.originalUrl, {});
    response.json({ erasures: history.erasures.map(({ id }) => erasureJson(history.erasure(id), false)) });
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
