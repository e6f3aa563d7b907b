/**
 * The nine sets of the standard as data, and the row of the store as an Observation. Start with `standard.ts`; the shapes
 * are in `sets.ts`.
 */
export { type AggregateRow, aggregateSet } from './aggregates.ts';
export { featureAt, featureOf, featureVaries } from './feature-at.ts';
export { anyObservationOf, Observation } from './observation.ts';
export * from './sets.ts';
export { printedFeatureProperties, SETS } from './standard.ts';
