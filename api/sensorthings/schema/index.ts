/**
 * The eight sets of the standard as data, and the row of the store as an Observation. Start with `standard.ts`; the shapes
 * are in `sets.ts`.
 */
export { featureAt } from './feature-at.ts';
export { Observation } from './observation.ts';
export * from './sets.ts';
export { SETS } from './standard.ts';
