/**
 * Checked plan ▸ entities: what a reader may see, found, ordered and expanded. Start with `visible-catalogue.ts`, then
 * `catalogue-rows.ts`, `observation-rows.ts` and `expand.ts`.
 */
export { aggregateRows } from './aggregate-rows.ts';
export type { SourceSpan } from './aggregate-shares.ts';
export { Caches } from './caches.ts';
export { placesToLook, selectEntities } from './catalogue-rows.ts';
export { RequestContext } from './context.ts';
export { expandNodes } from './expand.ts';
export { findObservation } from './find-observation.ts';
export { countObservations, observationRows } from './observation-rows.ts';
export { Pace } from './pace.ts';
export { newNode, type ResultNode, type ResultSet } from './result.ts';
export { Scans } from './scans.ts';
export type { FormTexts } from './text-cache.ts';
export { Turns } from './turns.ts';
export { VisibleCatalogue } from './visible-catalogue.ts';
export { VisibleViews } from './visible-views.ts';
