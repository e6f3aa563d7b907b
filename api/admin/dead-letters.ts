/** `GET /admin/dead-letters`: what came in and was not understood, and why. */
import { Router } from 'express';
import { z } from 'zod';
import { CODES, isoTime } from '../../services/model/index.ts';
import type { AdminPorts } from './ports.ts';
import { limit, query } from './query.ts';

export function deadLetters({ deadLetters: letters, options }: Pick<AdminPorts, 'deadLetters' | 'options'>): Router {
  const router = Router();
  const code = z
    .string()
    .refine((name) => Object.hasOwn(CODES, name), 'no such code; see docs/errors.md')
    .optional();
  router.get('/dead-letters', (request, response) => {
    const filter = query(request.originalUrl, {
      code,
      device: z.string().min(1).max(200).optional(),
      limit: limit(options),
    });
    const found = [...letters.list(filter)].map((letter) => ({ ...letter, at: isoTime(letter.at) }));
    response.json({ counts: letters.counts(), deadLetters: found });
  });
  return router;
}
