/** A registry with a real journal on disk, and entities for it. For tests. */
export { buildCity } from './city.ts';
export { datastream, historicalLocation, location, multiDatastream, property, sensor, thing } from './entities.ts';
export { everything } from './everything.ts';
export { randomStep, type Step } from './random-step.ts';
export { type TestRegistry, testRegistry } from './registry.ts';
