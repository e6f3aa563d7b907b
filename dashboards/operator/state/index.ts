/**
 * What the page makes of what the hub says, without a browser: `findings.ts` is the answer to "is all well?", `watch.ts` asks the
 * hub again and again, `place.ts` is what the address keeps, `trend.ts` the picture of the last minutes.
 */
export { type Finding, findingsOf, type Level, levelOf, type What } from './findings.ts';
export { hexLines } from './hex.ts';
export { addressOf, type Place, placeOf, SECTIONS, type Section } from './place.ts';
export { type Trend, trendOf } from './trend.ts';
export { Watch, type Watched } from './watch.ts';
