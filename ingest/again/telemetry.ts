/** What decoding again tells people. */
import type { LetterFilter } from '../../services/journal/index.ts';
import type { Telemetry } from '../../services/telemetry/index.ts';
import type { Job } from './job.ts';
import type { RaisedRevision } from './revisions.ts';

export interface AgainEvents {
  offered?(raised: RaisedRevision): void;
  began?(job: Job, resumed: boolean): void;
  ended?(job: Job): void;
  dismissed?(
    count: number,
    about: { readonly by: string; readonly reason: string; readonly filter: LetterFilter },
  ): void;
}

export function againEvents(telemetry: Pick<Telemetry, 'happening'>): AgainEvents {
  const offered = telemetry.happening({
    metric: 'decode_again_offers',
    help: 'Device models whose decoding has changed since the history was decoded, counted at each start',
    labels: ['model'],
    log: {
      level: 'info',
      message: 'decoding of a device model has changed; its history can be decoded again with POST /admin/decode-again',
    },
  });
  const began = telemetry.happening({
    metric: 'decode_again_jobs',
    help: 'Jobs that decode messages again, restarts included',
    labels: ['kind'],
    log: { level: 'info', always: true, message: 'messages are decoded again' },
  });
  const ended = telemetry.happening({
    metric: 'decode_again_jobs_ended',
    help: 'Jobs that decode messages again and have come to an end',
    labels: ['kind', 'state'],
    log: { level: 'info', always: true, message: 'decoding messages again has ended' },
  });
  const dismissed = telemetry.happening({
    metric: 'dead_letters_dismissed',
    help: 'Dead letters that an operator dismissed',
    log: {
      level: 'info',
      always: true,
      message: 'an operator dismissed dead letters; their messages stay in the journal',
    },
  });
  return {
    offered: ({ model, from, to }) => offered({ model }, { fields: { from, to } }),
    began: ({ kind, id, dryRun, by }, resumed) => began({ kind }, { fields: { job: id, dryRun, by, resumed } }),
    ended: (job) => {
      const counts = job.kind === 'requeue' ? job.letters : job.rows;
      const fields = { job: job.id, ...flat(counts), ...(job.error === null ? {} : { problem: job.error }) };
      ended({ kind: job.kind, state: job.state }, { fields });
    },
    dismissed: (count, { by, reason, filter }) =>
      dismissed({}, { count, fields: { by, reason, letters: count, ...flat(filter) } }),
  };
}

export function letterMeasures(
  telemetry: Pick<Telemetry, 'gauge'>,
  ledger: { deadLetterCounts(): Readonly<Record<string, number>> },
): void {
  telemetry.gauge({
    metric: 'dead_letters_kept',
    help: 'Dead letters that wait for somebody to mend their cause, by code',
    labels: ['code'],
    read: () => Object.entries(ledger.deadLetterCounts()).map(([code, count]) => [{ code }, count] as const),
  });
}

/** Numbers and texts only. */
function flat(given: object): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => typeof value === 'number' || typeof value === 'string'),
  );
}
