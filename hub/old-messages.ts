/** Dead letters and decoding again, as the admin endpoints ask for them. */
import type { AdminPorts } from '../api/admin/index.ts';
import { jobJson, letterJson } from '../ingest/index.ts';
import type { Storage } from './storage.ts';

export function oldMessages({
  ledger,
  again,
}: Pick<Storage, 'ledger' | 'again'>): Pick<AdminPorts, 'deadLetters' | 'jobs' | 'decodeAgain'> {
  return {
    deadLetters: {
      page: (filter, limit, before) => ledger.deadLetters(filter, limit, 'down', before),
      counts: () => ledger.deadLetterCounts(),
      devices: (limit) => ledger.deadLetterDevices(limit),
      async inspect(record) {
        const letter = await again.inspect(record);
        return letter === null ? null : letterJson(letter);
      },
      requeue: (choice, dryRun, by) => jobJson(again.requeue(choice, dryRun, by)),
      dismiss: (choice, reason, by) => again.dismiss(choice, reason, by),
    },
    jobs: {
      list: () => again.list().map(jobJson),
      get(id) {
        const job = again.job(id);
        return job === undefined ? null : jobJson(job);
      },
      settled: (id, milliseconds) => again.settled(id, milliseconds),
      cancel: (id) => again.cancel(id),
    },
    decodeAgain: {
      begin: async (selection, dryRun, by) => jobJson(await again.decodeAgain(selection, dryRun, by)),
      offers: () => again.offers(),
      dismissOffer: (model) => again.dismissOffer(model),
    },
  };
}
