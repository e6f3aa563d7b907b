/** Geometries of queries: WKT in, GeoJSON from the catalogue, and how the two lie to each other. */

export { type Geometry, geometryOf, type Position } from './geometry.ts';
export * from './predicates.ts';
export { distance, intersects, lengthOf } from './relate.ts';
export { parseWkt } from './wkt.ts';
