/** Hours and days that the hub computes from what the store has. */
import type { Pipeline } from '../ingest/index.ts';
import { Aggregates, type AggregatesPorts, aggregateEvents, aggregateMetrics } from '../services/history/index.ts';
import type { Clock } from '../services/model/index.ts';
import type { Overlay } from '../services/timeseries/index.ts';
import type { Ground } from './ground.ts';
import type { KeptByPolicy } from './keeping.ts';

interface Needed extends Pick<AggregatesPorts, 'catalogue' | 'registry' | 'store' | 'latest' | 'ledger'> {
  readonly keeping: KeptByPolicy;
  readonly overlay: Overlay;
  readonly pipeline: Pipeline;
  readonly ages: Clock;
}

export function aggregatesOf({ config, clock, seen }: Ground, parts: Needed): Aggregates {
  const { catalogue, registry, keeping, store, overlay, latest, ledger, pipeline, ages } = parts;
  const aggregates = new Aggregates({
    catalogue,
    registry,
    policies: keeping.policies,
    store,
    observations: overlay,
    latest,
    ledger,
    clock,
    ages,
    options: config.history,
    ready: () => pipeline.storing.isLive && pipeline.storing.works,
    // half of it is for people
    room: (edits) => overlay.pendingEdits + edits <= config.ingest.pendingEdits / 2,
    events: aggregateEvents(seen),
  });
  aggregateMetrics(seen, aggregates);
  keeping.waitFor(aggregates);
  return aggregates;
}
