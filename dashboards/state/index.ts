/**
 * What the page knows and what it makes of it, without a browser: `city.ts` holds Things and their latest values,
 * `appearance.ts` says how a Thing looks, `tiles.ts` sums a town up, `address.ts`
 * is what a shared address keeps, `towns.ts` and `places.ts` find out what lies together.
 */
export { type Address, readAddress, writeAddress } from './address.ts';
export { type Appearance, appearanceOf, STATE_COLOURS, type ThingState, UNKNOWN_COLOUR } from './appearance.ts';
export { ALL, type Choice, choiceAmong, clicked, isShown } from './choice.ts';
export { City, type Reading } from './city.ts';
export { byDomain, domainOf, type Measure, measureOf } from './measure.ts';
export { DEFAULT_RULES, type Rules } from './options.ts';
export { type Place, placesOf } from './places.ts';
export { DEPTH_STEPS, TEMPERATURE_STEPS } from './scales.ts';
export { changedAt, heldSince, type Series, seriesOf, spanOf } from './series.ts';
export { type Tile, tilesOf } from './tiles.ts';
export { type Town, townsOf } from './towns.ts';
