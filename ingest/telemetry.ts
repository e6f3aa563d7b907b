/** What ingest tells people: its counters as metrics, and the happenings that somebody should know of. */
import { REMEDIES } from '../services/model/index.ts';
import type { Telemetry } from '../services/telemetry/index.ts';
import type { Pipeline } from './pipeline.ts';
import type { IngestEvents } from './ports.ts';
import { codeOf } from './store/faults.ts';

export function ingestEvents(telemetry: Telemetry): IngestEvents {
  const failed = telemetry.happening({
    metric: 'store_failures',
    help: 'Writes that the time-series store did not take',
  });
  const lost = telemetry.happening({
    metric: 'store_lost',
    help: 'Times that the time-series store began to take nothing',
    log: { level: 'warn', message: 'the store takes no rows; the journal keeps them, and live values go on' },
  });
  const stopped = telemetry.happening({
    metric: 'store_stopped',
    help: 'Times that the time-series store began to wait for somebody to mend its configuration',
    log: {
      level: 'error',
      message: 'the store takes no rows until this is mended; the journal keeps them, and live values go on',
    },
  });
  const works = telemetry.happening({
    metric: 'store_recoveries',
    help: 'Times that the store took rows again',
  });
  const replaced = telemetry.happening({
    metric: 'store_replaced',
    help: 'Times that another store stood in the place of the known one',
    log: {
      level: 'warn',
      message: 'another store stands in the place of the known one; it is filled from the journal',
    },
  });
  const rejected = telemetry.happening({
    metric: 'store_refusals',
    help: 'Records of which the time-series store refused something for good: dead letters',
    log: {
      level: 'warn',
      message:
        'the store refuses rows for good; they are dead letters (store.rejected) and wait until the cause is mended',
    },
  });
  const behind = telemetry.happening({
    metric: 'store_fell_behind',
    help: 'Times that rows left memory because the store was too slow',
    log: { level: 'info', message: 'the store is slower than the uplinks; it catches up from the journal' },
  });
  const caught = telemetry.happening({
    metric: 'store_caught_up',
    help: 'Times that the store had everything again',
    log: { level: 'info', message: 'the store has caught up with the journal' },
  });
  const defect = telemetry.happening({
    metric: 'ingest_defects',
    help: 'Failures inside ingest that are defects',
    log: { level: 'error', message: 'ingest failed, which is a defect' },
  });
  return {
    storeFailed: (error) => failed({}, { error }),
    storeLost: (error, state) => {
      if (state === 'stopped') stopped({}, { error, fields: { remedy: remedyOf(error) } });
      else lost({}, { error });
    },
    storeWorks: () => works({}),
    storeReplaced: (records) => replaced({}, { fields: { records } }),
    rejected: (letters, detail) => rejected({}, { count: letters, fields: { letters, first: detail } }),
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
  total('observations_rejected', 'Rows and edits that the store refused: dead letters', () => counters.rejected);
  total('observations_expired', 'Rows too old for their retention class: not stored', () => counters.expired);
  total('observations_erased', 'Rows of what was erased by order: not stored', () => counters.erased);
  total('dead_letters_decoded', 'Dead letters that became Observations after all', () => counters.requeued);
  telemetry.total({
    metric: 'dead_letters',
    help: 'Messages that did not become Observations, by code',
    labels: ['code'],
    read: () => [...counters.deadLetters].map(([code, count]) => [{ code }, count] as const),
  });
  const gauge = (metric: string, help: string, read: () => number) => telemetry.gauge({ metric, help, read });
  gauge('store_behind_records', 'Journal records that the store has not taken yet', () => storing.behind);
  gauge(
    'store_oldest_seconds',
    'Age of the oldest journal record that the store has not taken yet; 0: it has everything',
    () => storing.lag.oldestMs / 1000,
  );
  gauge('store_records_per_second', 'Journal records that the store takes now', () => storing.lag.recordsPerSecond);
  gauge('store_remaining_seconds', 'Until the store has caught up, at its present pace; NaN: nobody can tell', () => {
    const { remainingMs } = storing.lag;
    return remainingMs === null ? Number.NaN : remainingMs / 1000;
  });
  telemetry.gauge({
    metric: 'store_state',
    help: '1 for the state that the store is in: works, catching up, waits, stopped',
    labels: ['state'],
    read: () => {
      const { state } = storing.lag;
      return STATES.map((one) => [{ state: one }, one === state ? 1 : 0] as const);
    },
  });
  telemetry.gauge({
    metric: 'store_pending_edits',
    help: 'Observations that were made, changed or deleted over the API and wait for the store, see ingest.pendingEdits',
    read: () => pipeline.pendingEdits,
  });
}

const STATES = ['works', 'catching up', 'waits', 'stopped'] as const;

function remedyOf(error: Error): string | null {
  const code = codeOf(error);
  return code === null ? null : REMEDIES[code];
}
