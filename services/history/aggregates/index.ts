/**
 * Hours and days of Datastreams: computed by the hub, kept as Observations of MultiDatastreams, read in place of rows.
 * Start with `aggregates.ts` (when what is computed), then `computing.ts` (how) and `writing.ts`; `port.ts` is what reading
 * asks.
 */
export { sumsOf } from './aggregate-row.ts';
export { type AggregateEvents, Aggregates, type AggregatesPorts } from './aggregates.ts';
export { Calendar, HOUR } from './calendar.ts';
export { type AggregateOptions, aggregateOptions } from './options.ts';
export type { AggregateFigures, AggregateReader } from './port.ts';
export { common, type Span, without } from './spans.ts';
export { Adding, type Sums, sumsAt } from './sums.ts';
export { aggregateEvents, aggregateMetrics } from './telemetry.ts';
