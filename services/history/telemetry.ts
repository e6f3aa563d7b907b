/** What is removed, counted and said: people ask for these lines. */
import type { Telemetry } from '../telemetry/index.ts';
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
    failed: (error) => failed({}, { error }),
    unsupported: (reason) => unsupported({}, { fields: { reason } }),
  };
}

export function erasingEvents(telemetry: Pick<Telemetry, 'happening'>): ErasingEvents {
  const done = telemetry.happening({
    metric: 'erasures',
    help: 'Erasure orders that were carried out',
    log: { level: 'info', message: 'an erasure order is carried out' },
  });
  const failed = telemetry.happening({
    metric: 'erasure_failures',
    help: 'Times that an erasure order could not be carried out; it is tried again',
    log: { level: 'warn', message: 'an erasure order could not be carried out; it is tried again' },
  });
  return {
    done: (order, counts) => done({}, { fields: { order, ...counts } }),
    failed: (error) => failed({}, { error }),
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
