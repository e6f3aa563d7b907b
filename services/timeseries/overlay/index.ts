/**
 * The store and what is on its way there, read as one: Observations are readable as soon as they are accepted. Start with
 * `overlay.ts`; `pending-rows.ts` and `pending-edits.ts` are what waits, `candidates.ts` what of it concerns a query, and
 * `merge.ts` puts it between the rows of the store.
 */
export { Overlay, type OverlayPorts } from './overlay.ts';
export { CERTAINTY, type PendingRows } from './pending-rows.ts';
export type { ObservationSource } from './source.ts';
