/** What the aggregates tell people. */
import type { Telemetry } from '../../telemetry/index.ts';
import type { AggregateEvents, Aggregates } from './aggregates.ts';

export function aggregateEvents(telemetry: Pick<Telemetry, 'happening'>): AggregateEvents {
  const failed = telemetry.happening({
    metric: 'aggregate_failures',
    help: 'Times that hours and days could not be computed; they are tried again',
    log: { level: 'warn', message: 'hours and days could not be computed; the hub tries again' },
  });
  return { failed: (error) => failed({}, { error }) };
}

export function aggregateMetrics(telemetry: Pick<Telemetry, 'total' | 'gauge'>, aggregates: Aggregates): void {
  telemetry.total({
    metric: 'aggregates_written',
    help: 'Hours and days of Datastreams that were computed and were new, had changed, or had gone',
    read: () => aggregates.figures.written,
  });
  telemetry.gauge({
    metric: 'aggregate_stale_hours',
    help: 'Hours times Datastreams that are still to be computed, or computed again',
    read: () => aggregates.figures.staleHours,
  });
  telemetry.gauge({
    metric: 'aggregates_closed_up_to_seconds',
    help: 'Up to this time (seconds since 1970) every hour is computed, but for the stale ones',
    read: () => aggregates.figures.closedUpTo / 1000,
  });
}
