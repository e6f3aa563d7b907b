/**
 * What the hub keeps, for how long, and how coarse [docs/semantics.md, What is kept]. Start with `port.ts`. `classes.ts` and
 * `policies.ts` say what is due; `retention.ts` removes it (rows), with `cleaning.ts` and `leftovers.ts` (messages of the journal). `orders.ts`:
 * what people ordered; `erasing.ts` carries it out; `history.ts` is what they ask. `aggregates/`: hours and days.
 */

export { AgeClock, type AgeNote } from './age-clock.ts';
export {
  Adding,
  type AggregateEvents,
  type AggregateFigures,
  type AggregateReader,
  Aggregates,
  type AggregatesPorts,
  aggregateEvents,
  aggregateMetrics,
  Calendar,
  common,
  HOUR,
  type Span,
  type Sums,
  sumsAt,
  sumsOf,
  without,
} from './aggregates/index.ts';
export { assignsMessages } from './assigning.ts';
export { classCheck } from './class-check.ts';
export { retentionClasses, STANDARD } from './classes.ts';
export { Cleaning } from './cleaning.ts';
export { editCheck } from './edit-check.ts';
export { Erasing } from './erasing.ts';
export { Frames } from './frames.ts';
export { FrozenRecords } from './frozen-records.ts';
export { type ClassReport, History } from './history.ts';
export { Leftovers } from './leftovers.ts';
export { type Options as HistoryOptions, options } from './options.ts';
export { type ErasureRecord, type FreezeRecord, Orders } from './orders.ts';
export { MessageOwners } from './owners.ts';
export { RetentionPolicies, unknownClasses } from './policies.ts';
export type { AggregateProgress, Days, Freeze, Policies, RetentionClass } from './port.ts';
export type { Unreached } from './receipt.ts';
export { Retention } from './retention.ts';
export type { Named } from './scope.ts';
export { ageClockEvents, erasingEvents, orderMeasures, retentionEvents, unknownClassWarning } from './telemetry.ts';
