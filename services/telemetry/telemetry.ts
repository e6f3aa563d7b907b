/** What a part of the hub gets to be seen by: log, happenings, measures, health. One per process. */
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Clock } from '../model/index.ts';
import { type Happening, type HappeningSpec, happening } from './happening.ts';
import { type Health, health } from './health.ts';
import { lineLimit } from './limited.ts';
import { type Logger, type LogSink, logger } from './logger.ts';
import { type Distribution, type DistributionSpec, distribution, gauge, type MeasureSpec, total } from './measures.ts';
import type { Options } from './options.ts';

export interface Telemetry {
  readonly log: Logger;
  readonly health: Health;
  /** Declares a happening; throws when its metric's name is taken. */
  happening<Label extends string = never>(spec: HappeningSpec<Label>): Happening<Label>;
  gauge(spec: MeasureSpec): void;
  total(spec: MeasureSpec): void;
  distribution(spec: DistributionSpec): Distribution;
  /** Prometheus text format 0.0.4. */
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
}

export interface TelemetryPorts {
  readonly options: Options;
  readonly clock: Clock;
  readonly sink: LogSink;
}

export function telemetry({ options, clock, sink }: TelemetryPorts): Telemetry {
  const registry = new Registry();
  const log = logger(options, clock, sink);
  const limit = lineLimit(clock, options.warnEverySeconds * 1000);
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  const ports = { log, limit, registry, labelCombinations: options.labelCombinations };
  return {
    log,
    health: health(),
    happening: (spec) => happening(ports, spec),
    gauge: (spec) => gauge(registry, spec),
    total: (spec) => total(registry, spec),
    distribution: (spec) => distribution(registry, spec),
    metrics: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
