/** What ingest tells people: its counters as metrics, and the happenings that somebody should know of. */
import type { Telemetry } from '../services/telemetry/index.ts';
import type { Pipeline } from './pipeline.ts';
import type { IngestEvents } from './ports.ts';

export function ingestEvents(telemetry: Telemetry): IngestEvents {
  const failed = telemetry.happening({
    metric: 'store_failures',
    help: 'Writes that the time-series store did not take',
    log: { level: 'warn', message: 'the store does not take rows; the journal keeps them, and live values go on' },
  });
  const works = telemetry.happening({
    metric: 'store_recoveries',
    help: 'Times that the store took rows again',
    log: { level: 'info', message: 'the store takes rows again' },
  });
  const behind = telemetry.happening({
    metric: 'store_fell_behind',
    help: 'Times that rows left memory because the store was too slow',
    log: { level: 'info', message: 'the store is slower than the uplinks; it catches up from the journal' },
  });
  const caught = telemetry.happening({
    metric: 'store_caught_up',
    help: 'Times that the store reached the live end of the journal',
    log: { level: 'info', message: 'the store has caught up with the journal' },
  });
  const defect = telemetry.happening({
    metric: 'ingest_defects',
    help: 'Failures inside ingest that are defects',
    log: { level: 'error', message: 'ingest failed, which is a defect' },
  });
  return {
    storeFailed: (error, waitMs) => failed({}, { error, fields: { waitMs } }),
    storeWorks: () => works({}),
    fellBehind: (record) => behind({}, { fields: { record } }),
    caughtUp: (records, milliseconds) => caught({}, { fields: { records, milliseconds: Math.round(milliseconds) } }),
    failed: (error) => defect({}, { error }),
  };
}

export function ingestMetrics(telemetry: Telemetry, pipeline: Pipeline): void {
  const { counters, storing } = pipeline;
  const total = (metric: string, help: string, read: () => number) => telemetry.total({ metric, help, read });
  total('uplinks', 'Uplinks, repetitions left out', () => counters.uplinks);
  total('network_events', 'Joins, states and other events that are no uplinks', () => counters.otherEvents);
  total('observations', 'Readings decoded', () => counters.observations);
  total('uplinks_repeated', 'Repetitions of uplinks: stored once', () => counters.repeated);
  total('observation_ties', 'Further readings of an instant', () => counters.ties);
  total('observations_replayed', 'Rows that the store had already', () => counters.replayed);
  total(
    'observations_implausible',
    'Readings outside the plausible range: stored and flagged',
    () => counters.implausible,
  );
  total('observations_future', 'Readings from the future: stored, never the latest', () => counters.future);
  total('dead_letters_decoded', 'Dead letters that became Observations after all', () => counters.requeued);
  telemetry.total({
    metric: 'dead_letters',
    help: 'Messages that did not become Observations, by code',
    labels: ['code'],
    read: () => [...counters.deadLetters].map(([code, count]) => [{ code }, count] as const),
  });
  telemetry.gauge({
    metric: 'store_behind_records',
    help: 'Journal records that the store has not taken yet',
    read: () => storing.behind,
  });
  telemetry.gauge({
    metric: 'store_pending_edits',
    help: 'Observations that were made, changed or deleted over the API and wait for the store, see ingest.pendingEdits',
    read: () => pipeline.pendingEdits,
  });
}
