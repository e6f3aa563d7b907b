/** A hub's state for the tests of this page. */
import type { Status } from '../../data/index.ts';

export const NOW = Date.UTC(2026, 2, 1, 12);
export const at = (ms: number) => new Date(ms).toISOString();

/** A hub that is well. */
export function status(): Status {
  return {
    hub: { name: 'Stadtpegel', version: '1.2.3', started: at(NOW - 60_000), now: at(NOW) },
    acknowledging: { ok: true, reason: null },
    journal: { first: 1, last: 100, pendingBytes: 0 },
    store: {
      kind: 'sqlite',
      state: 'works',
      since: NOW - 60_000,
      code: null,
      reason: null,
      behindRecords: 0,
      oldestMs: 0,
      recordsPerSecond: 10,
      remainingMs: 0,
      failure: null,
      history: [],
    },
    disks: [{ name: 'data', folder: '/data', freeBytes: 1e11, reserveBytes: 2.6e8, enough: true }],
    devices: 3,
    datastreams: 9,
    counters: { uplinks: 100, observations: 300 },
    deadLetters: {},
    decodeAgain: { offers: [], job: null },
    clients: { live: 1, http: 2, mqtt: 3 },
    backup: { state: 'none', completed: at(NOW - 3_600_000) },
  };
}
