/** Geospatial functions [STA table 23]. Distances and lengths are in degrees. */
import { distance, type Geometry, intersects, lengthOf, within } from '../geometry/index.ts';
import { define, type FunctionDef } from './function.ts';

const pair = (run: (a: Geometry, b: Geometry) => boolean | number, returns: 'boolean' | 'number') =>
  define(['geometry', 'geometry'], returns, ([a, b]) => run(a as Geometry, b as Geometry));
const missing = (args: FunctionDef['args']): FunctionDef => ({
  ...define(args, 'boolean', () => null),
  unsupported: 'there are geo.distance, geo.length, geo.intersects, st_intersects, st_disjoint, st_within, st_contains',
});
const TWO = ['geometry', 'geometry'] as const;

export const GEO_FUNCTIONS: Readonly<Record<string, FunctionDef>> = {
  'geo.distance': pair(distance, 'number'),
  'geo.length': define(['geometry'], 'number', ([g]) => lengthOf(g as Geometry)),
  'geo.intersects': pair(intersects, 'boolean'),
  st_intersects: pair(intersects, 'boolean'),
  st_disjoint: pair((a, b) => !intersects(a, b), 'boolean'),
  st_within: pair(within, 'boolean'),
  st_contains: pair((a, b) => within(b, a), 'boolean'),
  st_equals: missing(TWO),
  st_touches: missing(TWO),
  st_overlaps: missing(TWO),
  st_crosses: missing(TWO),
  st_relate: missing([...TWO, 'string']),
};
