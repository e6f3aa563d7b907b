/** A hub's live streams over a small city, for the tests of this folder. */
export { idsOf, liveStage, type OwnCity, type Row } from './live-stage.ts';
