/**
 * `/admin/dead-letters`: what came in and was not understood, and why. List, look at one in full, decode again what is
 * mended, dismiss what nobody needs.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { Router } from 'express';
import { z } from 'zod';
import type { LetterPage } from '../../services/journal/index.ts';
import { CODES, CodedError, isoTime } from '../../services/model/index.ts';
import { queryOf } from '../http/index.ts';
import { body } from './body.ts';
import { jobWithLink } from './jobs.ts';
import type { AdminPorts, LetterChoice } from './ports.ts';
import { flag, limit, query, record, time } from './query.ts';

type Ports = Pick<AdminPorts, 'deadLetters' | 'jobs' | 'authorize' | 'options'>;

/** Devices with the most letters that a list names. */
const DEVICES = 20;
/** Pages of the ledger that one request looks at; a filter that matches little goes on with the nextLink. */
const PAGES = 40;
const PATH = '/admin/dead-letters';

const code = z.string().refine((name) => Object.hasOwn(CODES, name), 'no such code; see docs/errors.md');
const text = z.string().min(1).max(200);
const filter = {
  code: code.optional(),
  device: text.optional(),
  source: text.optional(),
  from: time.optional(),
  to: time.optional(),
};

export function deadLetters({ deadLetters: letters, jobs, authorize, options }: Ports): Router {
  const router = Router();
  router.get('/dead-letters', async (request, response) => {
    const asked = query(request.originalUrl, { ...filter, before: record.optional(), limit: limit(options) });
    const { before, limit: most, ...wanted } = asked;
    const { found, next } = await gather((from, rest) => letters.page(wanted, rest, from), before ?? null, most);
    response.json({
      counts: letters.counts(),
      devices: letters.devices(DEVICES).map((one) => ({ ...one, link: linkTo({ device: one.device }) })),
      deadLetters: found.map((letter) => ({
        ...letter,
        at: isoTime(letter.at),
        title: CODES[letter.code].title,
        link: `${PATH}/${letter.record}`,
      })),
      nextLink: next === null ? null : nextLink(request.originalUrl, next),
    });
  });
  router.get('/dead-letters/:record', async (request, response) => {
    query(request.originalUrl, {});
    const number = numberOf(request.params.record);
    const letter = await letters.inspect(number);
    if (letter === null) throw new CodedError('notFound', `there is no dead letter of record ${number}`);
    response.json(letter);
  });
  router.post('/dead-letters/requeue', async (request, response) => {
    const { dryRun } = query(request.originalUrl, { dryRun: flag });
    const choice = choiceOf(body(request, choiceSchema(options.namedRecords)));
    const { id } = letters.requeue(choice, dryRun, authorize(request).name);
    await jobs.settled(id, options.requeueWaitMs);
    const job = jobs.get(id)!;
    if (job.state === 'running') response.status(202).setHeader('Location', `/admin/jobs/${id}`);
    response.json(jobWithLink(job));
  });
  router.post('/dead-letters/dismiss', async (request, response) => {
    query(request.originalUrl, {});
    const shape = choiceSchema(options.namedRecords).extend({ reason: z.string().min(1).max(1000) });
    const { reason, ...choice } = body(request, shape);
    response.json(await letters.dismiss(choiceOf(choice), reason, authorize(request).name));
  });
  return router;
}

function choiceSchema(most: number) {
  return z.strictObject({
    ...filter,
    records: z.array(z.int().min(1)).min(1).max(most, `at most ${most} at once (admin.namedRecords)`).optional(),
    all: z.literal(true).optional(),
  });
}

/** Something must be named: a mistyped filter never means all. */
function choiceOf({ records, all, ...wanted }: z.infer<ReturnType<typeof choiceSchema>>): LetterChoice {
  const named = Object.values(wanted).some((value) => value !== undefined);
  if (Number(records !== undefined) + Number(all === true) + Number(named) !== 1) {
    const ways = 'code, device, source, from, to; or records; or "all": true';
    throw new CodedError('request.body', `say which dead letters are meant, in one way: ${ways}`);
  }
  return { filter: wanted, records: records === undefined ? null : [...new Set(records)].sort((a, b) => a - b) };
}

async function gather(page: (from: number | null, rest: number) => LetterPage, before: number | null, most: number) {
  const found: LetterPage['letters'][number][] = [];
  let next: number | null = before;
  for (let i = 0; i < PAGES; i++) {
    const { letters, next: after } = page(next, most - found.length);
    found.push(...letters);
    next = after;
    if (next === null || found.length === most) break;
    await turn();
  }
  return { found, next };
}

function nextLink(url: string, before: number): string {
  const parameters = queryOf(url);
  parameters.set('before', String(before));
  return `${PATH}?${parameters}`;
}

function linkTo(parameters: Record<string, string>): string {
  return `${PATH}?${new URLSearchParams(parameters)}`;
}

function numberOf(text: string): number {
  if (!/^[1-9]\d{0,15}$/.test(text))
    throw new CodedError('notFound', `a dead letter is known by the number of its record, not by ${text}`);
  return Number(text);
}
