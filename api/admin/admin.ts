/** The operator's endpoints, all behind the admin scope. */
import { Router } from 'express';
import { CodedError } from '../../services/model/index.ts';
import { backup } from './backup.ts';
import { changes } from './changes.ts';
import { deadLetters } from './dead-letters.ts';
import { devices } from './devices.ts';
import { jobs } from './jobs.ts';
import { orders } from './orders.ts';
import type { AdminPorts } from './ports.ts';
import { query } from './query.ts';
import { retention } from './retention.ts';

/** For mounting at `/admin`, with JSON bodies parsed. */
export function admin(ports: AdminPorts): Router {
  const router = Router();
  // First of all: nobody else learns even which paths there are.
  router.use((request, response, next) => {
    ports.authorize(request);
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  router.use(
    changes(ports),
    devices(ports),
    deadLetters(ports),
    jobs(ports),
    backup(ports),
    orders(ports),
    retention(ports),
  );
  router.get('/status', (request, response) => {
    query(request.originalUrl, {});
    response.json(ports.status());
  });
  for (const [path, allowed] of Object.entries(METHODS)) {
    router.all(path, (request, response) => {
      response.setHeader('Allow', allowed);
      throw new CodedError('request.method', `${request.method} is not known here; there is ${allowed}`);
    });
  }
  return router;
}

const METHODS = {
  '/import': 'POST',
  '/organisations': 'POST',
  '/things': 'POST',
  '/devices': 'GET, HEAD, POST',
  '/devices/:key': 'GET, HEAD',
  '/dead-letters': 'GET, HEAD',
  '/dead-letters/requeue': 'POST',
  '/dead-letters/dismiss': 'POST',
  '/dead-letters/:record': 'GET, HEAD',
  '/decode-again': 'POST',
  '/decode-again/offers': 'GET, HEAD',
  '/decode-again/offers/dismiss': 'POST',
  '/jobs': 'GET, HEAD',
  '/jobs/:id': 'GET, HEAD, DELETE',
  '/backup': 'GET, HEAD, POST',
  '/backups': 'GET, HEAD',
  '/freezes': 'GET, HEAD, POST',
  '/freezes/:id': 'GET, HEAD, DELETE',
  '/erasures': 'GET, HEAD, POST',
  '/erasures/:id': 'GET, HEAD',
  '/erasures/:id/receipt': 'GET, HEAD',
  '/retention': 'GET, HEAD',
  '/status': 'GET, HEAD',
} as const;
