/** A small city, a hub's API over it and a client, for the tests of this folder. Start with `city.ts`. */

export * from './bodies.ts';
export { type CatalogueParts, catalogueOf } from './catalogue.ts';
export { type ChangingCatalogue, changingCatalogue } from './changing.ts';
export { CITY, cityCatalogue, cityStore, NOW } from './city.ts';
export { binary, comparison, conditions, contextOf, limits, literal, paging, path, small } from './oracle.ts';
export { type Answer, type Api, serve } from './serve.ts';
export { JUST_NOW, liveValue, TOPIC_ROOT, topicCity } from './topic-city.ts';
export { type WritableApi, writable } from './writable.ts';
