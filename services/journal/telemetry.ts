/** What the journal tells people: one function per happening, which logs and counts together. */
import type { Telemetry } from '../telemetry/index.ts';
import type { JournalEvents } from './file-journal.ts';

export function journalEvents(telemetry: Telemetry): JournalEvents {
  let records = 0;
  let rawBytes = 0;
  let storedBytes = 0;
  telemetry.total({ metric: 'journal_records', help: 'Records made durable', read: () => records });
  telemetry.total({ metric: 'journal_raw_bytes', help: 'Bytes of durable records', read: () => rawBytes });
  telemetry.total({ metric: 'journal_stored_bytes', help: 'Bytes they take on disk', read: () => storedBytes });
  const commit = telemetry.distribution({
    metric: 'journal_commit_seconds',
    help: 'Compressing, writing and syncing one group',
  });
  const stalled = telemetry.happening({
    metric: 'journal_stalls',
    help: 'Groups that the disk did not take',
    log: { level: 'error', message: 'the disk does not take data; nothing is acknowledged until it does' },
  });
  const torn = telemetry.happening({
    metric: 'journal_torn_tails',
    help: 'Unfinished writes cut off at a start',
    log: {
      level: 'warn',
      message: 'the journal ended in the middle of a write, which nobody was told was done; it was cut off',
    },
  });
  const damaged = telemetry.happening({
    metric: 'journal_damage',
    help: 'Places in the journal that are not what was written',
    log: { level: 'error', message: 'the journal is damaged; the records there are lost' },
  });
  const deleted = telemetry.happening({
    metric: 'journal_segments_deleted',
    help: 'Old segments deleted by journal.keepBytes or journal.keepDays',
    log: { level: 'info', message: 'an old journal segment was deleted' },
  });
  const defect = telemetry.happening({
    metric: 'journal_listener_defects',
    help: 'Listeners of the journal that threw',
    log: { level: 'error', message: 'a listener of the journal failed, which is a defect' },
  });
  return {
    committed(count, raw, stored, milliseconds) {
      records += count;
      rawBytes += raw;
      storedBytes += stored;
      commit.observe(milliseconds / 1000);
    },
    stalled: (error, waitMs) => stalled({}, { error, fields: { waitMs } }),
    tornTail: (file, bytes) => torn({}, { fields: { file, bytes } }),
    damage: (file, offset, bytes) => damaged({}, { fields: { file, offset, bytes } }),
    listenerFailed: (error) => defect({}, { error }),
    deleted: (file) => deleted({}, { fields: { file } }),
  };
}

export interface LedgerEvents {
  evicted(count: number): void;
  /** Old segments could not be deleted. */
  pruneFailed(error: unknown): void;
  /** Checkpoints and dead letters could not be written; they are tried again. */
  failed(error: unknown): void;
}

export function ledgerEvents(telemetry: Pick<Telemetry, 'happening'>): LedgerEvents {
  const evicted = telemetry.happening({
    metric: 'dead_letters_evicted',
    help: 'Dead letters pushed out by journal.maxDeadLetters; their messages stay in the journal',
    log: {
      level: 'warn',
      message: 'there are more dead letters than journal.maxDeadLetters; the oldest were forgotten',
    },
  });
  const pruneFailed = telemetry.happening({
    metric: 'journal_prune_failures',
    help: 'Times that old journal segments could not be deleted',
    log: { level: 'warn', message: 'old journal segments could not be deleted' },
  });
  const failed = telemetry.happening({
    metric: 'ledger_write_failures',
    help: 'Times that checkpoints and dead letters could not be written; they are tried again',
    log: { level: 'warn', message: 'the ledger could not be written; it is tried again' },
  });
  return {
    failed: (error) => failed({}, { error }),
    evicted: (count) => evicted({}, { count }),
    pruneFailed: (error) => pruneFailed({}, { error }),
  };
}

/** Bytes that wait for the disk, and whether it takes them. */
export function journalMeasures(
  telemetry: Pick<Telemetry, 'gauge'>,
  journal: { readonly pendingBytes: number; readonly stall: Error | null },
): void {
  telemetry.gauge({
    metric: 'journal_pending_bytes',
    help: 'Bytes of records that wait for the disk; journal.maxPendingBytes is the most',
    read: () => journal.pendingBytes,
  });
  telemetry.gauge({
    metric: 'journal_stalled',
    help: '1 while the disk takes no data, or is nearly full, and nothing is acknowledged',
    read: () => (journal.stall === null ? 0 : 1),
  });
}
