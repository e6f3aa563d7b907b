/** Geospatial functions [STA table 23]. Distances and lengths are in degrees. */
import {
  contains,
  crosses,
  disjoint,
  distance,
  equals,
  type Geometry,
  intersects,
  isPattern,
  lengthOf,
  overlaps,
  relate,
  touches,
  within,
} from '../geometry/index.ts';
import { define, type FunctionDef } from './function.ts';

const pair = (run: (a: Geometry, b: Geometry) => boolean | null) =>
  define(['geometry', 'geometry'], 'boolean', ([a, b]) => run(a as Geometry, b as Geometry));

export const GEO_FUNCTIONS: Readonly<Record<string, FunctionDef>> = {
  'geo.distance': define(['geometry', 'geometry'], 'number', ([a, b]) => distance(a as Geometry, b as Geometry)),
  'geo.length': define(['geometry'], 'number', ([g]) => lengthOf(g as Geometry)),
  'geo.intersects': pair(intersects),
  st_equals: pair(equals),
  st_disjoint: pair(disjoint),
  st_touches: pair(touches),
  st_within: pair(within),
  st_overlaps: pair(overlaps),
  st_crosses: pair(crosses),
  st_intersects: pair(intersects),
  st_contains: pair(contains),
  st_relate: {
    ...define(['geometry', 'geometry', 'string'], 'boolean', ([a, b, pattern]) =>
      isPattern(pattern as string) ? relate(a as Geometry, b as Geometry, pattern as string) : null,
    ),
    check: ([, , pattern]) =>
      typeof pattern === 'string' && !isPattern(pattern)
        ? `'${pattern}' is no pattern: nine of T, F, *, 0, 1, 2 such as 'T*F**F***'`
        : null,
  },
};
