/**
 * Syntax tree ▸ checked plan that runs over entities. Start with `query.ts` (a whole query), then `compile.ts` and
 * `program.ts` (one expression), `observation-filter.ts` (what the store is asked), `candidates.ts` (ids that are looked up),
 * `aggregate.ts` ($apply, $interval).
 */
export type { AggregatePlan, Column } from './aggregate.ts';
export { type BucketWidth, bucketEdges, edgesAtMost } from './buckets.ts';
export type { Candidates } from './candidates.ts';
export { compile, compileCondition } from './compile.ts';
export { conjuncts, joinConjuncts, mapPaths, pathsOf } from './conjuncts.ts';
export { constantOf, constantValue } from './constant.ts';
export { FUNCTIONS } from './functions/index.ts';
export { nearest } from './nearest.ts';
export { nextUp, type ObservationFilter, planObservationFilter } from './observation-filter.ts';
export { comesBefore, compareKeys, keyOf, type OrderProgram, type RowOrders } from './order.ts';
export { dig, propertyName } from './path.ts';
export { bindings, type Env, holderOf, newScope, type Program, related, type Scope } from './program.ts';
export { type Expand, type PlanContext, planQuery, type Query } from './query.ts';
export { compare, sortOrder, type Value } from './value.ts';
