/** What is removed, counted and said: people ask for these lines. */
import type { Telemetry } from '../telemetry/index.ts';
import type { AgeClockEvents } from './age-clock.ts';
import type { ErasingEvents } from './erasing.ts';
import type { Orders } from './orders.ts';
import type { RetentionEvents } from './retention.ts';

export function retentionEvents(telemetry: Pick<Telemetry, 'happening'>): RetentionEvents {
  const rows = telemetry.happening({
    metric: 'rows_expired',
    help: 'Observations that were removed because their retention class keeps nothing so old',
  });
  const records = telemetry.happening({
    metric: 'frames_expired',
    help: 'Raw messages whose content was removed from the journal because their retention class keeps nothing so old or so much',
  });
  const bytes = telemetry.happening({
    metric: 'journal_scrubbed_bytes',
    help: 'Bytes of raw messages, uncompressed, that were removed from the journal',
  });
  const leftovers = telemetry.happening({
    metric: 'messages_erased_later',
    help: 'Raw messages that an erasure order covers and that lost their content after it was done: a freeze had held them, or they came later',
    log: {
      level: 'info',
      always: true,
      message:
        'messages that an erasure order covers have lost their content: a freeze had held them, or they came later',
    },
  });
  const removed = telemetry.happening({
    metric: 'retention_removals',
    help: 'Runs that removed Observations or raw messages because they were due',
    log: { level: 'info', message: 'what was due is removed: Observations, and raw messages' },
  });
  const failed = telemetry.happening({
    metric: 'retention_failures',
    help: 'Times that removing what is due failed; it is tried again with the next run',
    log: { level: 'warn', message: 'what is due could not be removed; it is tried again with the next run' },
  });
  const unsupported = telemetry.happening({
    metric: 'retention_unsupported',
    help: 'Runs that could not remove Observations because this store cannot',
    log: { level: 'warn', message: 'this store cannot remove Observations: what is due stays there' },
  });
  return {
    rows: (count) => rows({}, { count }),
    frames: ({ records: count, contentBytes }) => {
      records({}, { count });
      bytes({}, { count: contentBytes });
    },
    leftovers: ({ records: messages, contentBytes }) =>
      leftovers({}, { count: messages, fields: { messages, contentBytes } }),
    removed: (observations, messages) => removed({}, { fields: { observations, messages } }),
    failed: (error) => failed({}, { error }),
    unsupported: (reason) => unsupported({}, { fields: { reason } }),
  };
}

export function erasingEvents(telemetry: Pick<Telemetry, 'happening'>): ErasingEvents {
  const done = telemetry.happening({
    metric: 'erasures',
    help: 'Erasure orders that were carried out',
    log: { level: 'info', always: true, message: 'an erasure order is carried out' },
  });
  const failed = telemetry.happening({
    metric: 'erasure_failures',
    help: 'Times that an erasure order could not be carried out; it is tried again',
    log: { level: 'warn', message: 'an erasure order could not be carried out; it is tried again' },
  });
  const first = telemetry.happening({
    metric: 'erasure_start_waits',
    help: 'Times that the start said that it waits for an erasure order, which a restored backup has brought back',
    log: {
      level: 'warn',
      message: 'the hub serves nothing until this erasure order is carried out again, because a backup was restored',
    },
  });
  return {
    done: (order, counts) => done({}, { fields: { order, ...counts } }),
    first: (order, progress) => first({}, { fields: { order, step: progress?.step ?? 'waiting' } }),
    failed: (error) => failed({}, { error }),
  };
}

export function ageClockEvents(telemetry: Pick<Telemetry, 'happening'>): AgeClockEvents {
  const seconds = (ms: number) => ({ fields: { seconds: Math.round(ms / 1000) } });
  const doubted = telemetry.happening({
    metric: 'clock_jumps',
    help: 'Times that the clock of this machine jumped ahead by more than ten minutes while the hub ran',
    log: {
      level: 'warn',
      message:
        'the clock of this machine jumped ahead; nothing is deleted by it until that has lasted (history.clockDoubtHours)',
    },
  });
  const later = telemetry.happening({
    metric: 'clock_ahead_starts',
    help: 'Starts at which the clock was ahead of what the hub knew: it was away, or the clock is wrong',
    log: {
      level: 'info',
      message:
        'the hub was away, or the clock is ahead; what is due meanwhile is deleted when that has lasted (history.clockDoubtHours)',
    },
  });
  const believed = telemetry.happening({
    metric: 'clock_jumps_believed',
    help: 'Times that a clock which was ahead was believed, because that had lasted',
    log: { level: 'info', message: 'the clock has been ahead for so long that it is believed' },
  });
  const back = telemetry.happening({
    metric: 'clock_jumps_back',
    help: 'Times that the clock of this machine went back by more than ten minutes',
    log: { level: 'warn', message: 'the clock of this machine went back' },
  });
  return {
    doubted: (ahead, jumped) => (jumped ? doubted : later)({}, seconds(ahead)),
    believed: (by) => believed({}, seconds(by)),
    wentBack: (by) => back({}, seconds(by)),
  };
}

/** Names of classes that no option has, at the start; see `unknownClasses`. */
export function unknownClassWarning(telemetry: Pick<Telemetry, 'happening'>): (found: readonly string[]) => void {
  const unknown = telemetry.happening({
    metric: 'retention_unknown_classes',
    help: 'Datastreams and organisations that name a retention class which history.classes does not have',
    log: { level: 'warn', message: 'a retention class is not known and counts as standard' },
  });
  return (found) => {
    if (found.length > 0) unknown({}, { count: found.length, fields: { first: found[0], count: found.length } });
  };
}

export function orderMeasures(telemetry: Pick<Telemetry, 'gauge'>, orders: Orders): void {
  telemetry.gauge({
    metric: 'erasures_open',
    help: 'Erasure orders that are not carried out yet',
    read: () => orders.erasures.filter(({ done }) => done === null).length,
  });
  telemetry.gauge({
    metric: 'freezes',
    help: 'Freezes that hold',
    read: () => orders.freezes.length,
  });
}
