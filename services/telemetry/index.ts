/**
 * How the hub is seen from outside: log lines, Prometheus metrics, readiness. Start with `telemetry.ts`; a part declares
 * what can happen to it with `happening`, and never counts or logs on its own.
 */
export type { Happening, HappeningDetail, HappeningSpec } from './happening.ts';
export type { Health, HealthReport, PartHealth } from './health.ts';
export { errorFields, type LogFields, type Logger, type LogSink } from './logger.ts';
export type { Distribution, DistributionSpec, MeasureSpec, Reading } from './measures.ts';
export { type Options, options } from './options.ts';
export { type Telemetry, type TelemetryPorts, telemetry } from './telemetry.ts';
