/** `GET /admin/retention`: what each class keeps, and what the next run removes. */
import { Router } from 'express';
import { isoTime } from '../../services/model/index.ts';
import type { AdminPorts } from './ports.ts';
import { query } from './query.ts';

export function retention({ history }: Pick<AdminPorts, 'history'>): Router {
  const router = Router();
  router.get('/retention', async (request, response) => {
    query(request.originalUrl, {});
    const classes = await history.report();
    const { lastRun } = history;
    response.json({
      classes: classes.map(({ class: { name, frames, observations, hourly, daily }, frames: kept, ...report }) => ({
        name,
        keeps: {
          frames: days(frames.days),
          framesMiB: Number.isFinite(frames.bytes) ? frames.bytes / 2 ** 20 : 'unlimited',
          observations: days(observations),
          hourly: hourly === null ? 'none' : days(hourly),
          daily: daily === null ? 'none' : days(daily),
        },
        datastreams: report.datastreams,
        oldestObservation: moment(report.oldest),
        nextRunRemoves: { observations: report.dueRows },
        frames: { messages: kept.records, bytes: kept.bytes, oldest: moment(kept.oldest) },
      })),
      lastRun: lastRun === null ? null : { ...lastRun, at: isoTime(lastRun.at) },
    });
  });
  return router;
}

function days(value: number): number | 'forever' {
  return Number.isFinite(value) ? value : 'forever';
}

function moment(at: number | null): string | null {
  return at === null ? null : isoTime(at);
}
