/**
 * Syntax tree ▸ checked plan that runs over entities. Start with `query.ts` (a whole query), then `compile.ts` and
 * `program.ts` (one expression), `observation-filter.ts` (what the store is asked), `candidates.ts` (ids that are looked up),
 * `aggregate.ts` ($apply, $interval).
 */
export type { AggregatePlan, Column } from './aggregate.ts';
export { bucketEdges, edgesAtMost } from './buckets.ts';
export { FUNCTIONS } from './functions/index.ts';
export { nearest } from './nearest.ts';
export type { ObservationFilter } from './observation-filter.ts';
export { comesBefore, compareKeys, keyOf, type OrderProgram } from './order.ts';
export { propertyName } from './path.ts';
export { bindings, type Env, holderOf, newScope, type Program, related, type Scope } from './program.ts';
export { type Expand, type PlanContext, planQuery, type Query } from './query.ts';
export type { Value } from './value.ts';
