/** `/admin/decode-again` and `/admin/jobs`: old messages are read as they are understood today, and how far that is. */
import { Router } from 'express';
import { z } from 'zod';
import { CodedError } from '../../services/model/index.ts';
import { body } from './body.ts';
import type { AdminPorts, Job } from './ports.ts';
import { query, time } from './query.ts';

type Ports = Pick<AdminPorts, 'jobs' | 'decodeAgain' | 'authorize'>;

const text = z.string().min(1).max(200);
const selection = z
  .strictObject({
    device: text.optional(),
    model: text.optional(),
    datastream: z.int().min(1).optional(),
    from: time.optional(),
    to: time.optional(),
    dryRun: z.boolean().default(false),
  })
  .refine(
    ({ device, model, datastream }) => [device, model, datastream].filter((one) => one !== undefined).length === 1,
    'say whose messages: one of device, model, datastream',
  );

export function jobs({ jobs: all, decodeAgain, authorize }: Ports): Router {
  const router = Router();
  const find = (id: string): Job => {
    const job = /^[1-9]\d{0,9}$/.test(id) ? all.get(Number(id)) : null;
    if (job === null) throw new CodedError('notFound', `there is no job ${id}`);
    return job;
  };
  router.post('/decode-again', async (request, response) => {
    query(request.originalUrl, {});
    const { dryRun, ...wanted } = body(request, selection);
    const job = await decodeAgain.begin(wanted, dryRun, authorize(request).name);
    response.status(202).setHeader('Location', linkOf(job));
    response.json(jobWithLink(job));
  });
  router.get('/decode-again/offers', async (request, response) => {
    query(request.originalUrl, {});
    response.json({ offers: await decodeAgain.offers() });
  });
  router.post('/decode-again/offers/dismiss', (request, response) => {
    query(request.originalUrl, {});
    const { model } = body(request, z.strictObject({ model: text }));
    if (!decodeAgain.dismissOffer(model)) throw new CodedError('notFound', `nothing is offered for the model ${model}`);
    response.json({ dismissed: model });
  });
  router.get('/jobs', (request, response) => {
    query(request.originalUrl, {});
    response.json({ jobs: all.list().map(jobWithLink) });
  });
  router.get('/jobs/:id', (request, response) => {
    query(request.originalUrl, {});
    response.json(jobWithLink(find(request.params.id)));
  });
  router.delete('/jobs/:id', async (request, response) => {
    query(request.originalUrl, {});
    const { id } = find(request.params.id);
    await all.cancel(id);
    response.json(jobWithLink(find(String(id))));
  });
  return router;
}

export function jobWithLink(job: Job): object {
  return { ...job, link: linkOf(job) };
}

function linkOf({ id }: Job): string {
  return `/admin/jobs/${id}`;
}
