/**
 * The city as data: which things stand where, which device measures what. Start with `places.ts` and the file of a domain;
 * `buildCity` puts them together.
 */
export { buildCity, USUAL_DEVICES } from './build.ts';
export { devEuiOf, MARK } from './builder.ts';
export { importDocument } from './import-document.ts';
export { distance } from './layout.ts';
export { TOWNS } from './places.ts';
export type { City, CityDevice, CityThing, Gateway, Place, Position, Role, Town, TownId } from './types.ts';
