/**
 * `POST /admin/backup` begins a backup, `GET /admin/backup` says how far it is, or how the last one went; `GET /admin/backups`
 * lists those that are there.
 */
import { Router } from 'express';
import type { AdminPorts } from './ports.ts';
import { query } from './query.ts';

export function backup({ backups }: Pick<AdminPorts, 'backups'>): Router {
  const router = Router();
  router.post('/backup', (request, response) => {
    query(request.originalUrl, {});
    response.status(202).location('/admin/backup').json(backups.begin());
  });
  router.get('/backup', (request, response) => {
    query(request.originalUrl, {});
    response.json(backups.status);
  });
  router.get('/backups', async (request, response) => {
    query(request.originalUrl, {});
    response.json(await backups.kept());
  });
  return router;
}
