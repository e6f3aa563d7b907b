/** A city whose hours and days are computed, on a store of choice. For tests. */
export { TestCity, type TestSettings } from './aggregate-city.ts';
