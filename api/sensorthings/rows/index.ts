/**
 * Checked plan ▸ entities: what a reader may see, found, ordered and expanded. Start with `visible-catalogue.ts`, then
 * `catalogue-rows.ts`, `observation-rows.ts` and `expand.ts`.
 */
export { selectEntities } from './catalogue-rows.ts';
export { RequestContext } from './context.ts';
export { expandNodes, newNode, type ResultNode, type ResultSet } from './expand.ts';
export { ExtentCache } from './extents.ts';
export { findObservation } from './find-observation.ts';
export { countObservations, observationRows } from './observation-rows.ts';
export { Pace } from './pace.ts';
export type { ObservationSource } from './source.ts';
export { Turns } from './turns.ts';
export { VisibleCatalogue, VisibleViews } from './visible-catalogue.ts';
