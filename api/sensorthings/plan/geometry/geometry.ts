/** One form for all: points, lines and polygons of a geometry, in WGS 84 degrees, longitude first [RFC 7946]. */
export type Position = readonly [longitude: number, latitude: number];
export class Geometry {
  readonly points: readonly Position[];
  readonly lines: readonly (readonly Position[])[];
  /** Rings, the outer first. */
  readonly polygons: readonly (readonly (readonly Position[])[])[];
  constructor(parts: Partial<Pick<Geometry, 'points' | 'lines' | 'polygons'>>) {
    this.points = parts.points ?? [];
    this.lines = parts.lines ?? [];
    this.polygons = parts.polygons ?? [];
  }
}

/** A Geometry, or the GeoJSON geometry, Feature or collection in a value; null: it is none. */
export function geometryOf(value: unknown): Geometry | null {
  if (value instanceof Geometry) return value;
  const out = { points: [] as Position[], lines: [] as Position[][], polygons: [] as Position[][][] };
  return collect(value, out, 0) ? new Geometry(out) : null;
}

interface Parts {
  points: Position[];
  lines: Position[][];
  polygons: Position[][][];
}

function collect(value: unknown, out: Parts, depth: number): boolean {
  if (typeof value !== 'object' || value === null || depth > 8) return false;
  const { type, coordinates, geometry, geometries, features } = value as Record<string, unknown>;
  const all = (items: unknown) => Array.isArray(items) && items.every((g) => collect(g, out, depth + 1));
  switch (type) {
    case 'Feature':
      return collect(geometry, out, depth + 1);
    case 'FeatureCollection':
      return all(features);
    case 'GeometryCollection':
      return all(geometries);
    case 'Point':
      return add(out.points, coordinates, isPosition);
    case 'MultiPoint':
      return each(coordinates, (c) => add(out.points, c, isPosition));
    case 'LineString':
      return add(out.lines, coordinates, isLine);
    case 'MultiLineString':
      return each(coordinates, (c) => add(out.lines, c, isLine));
    case 'Polygon':
      return add(out.polygons, coordinates, isPolygon);
    case 'MultiPolygon':
      return each(coordinates, (c) => add(out.polygons, c, isPolygon));
    default:
      return false;
  }
}

function add<T>(to: T[], value: unknown, is: (v: unknown) => v is T): boolean {
  if (!is(value)) return false;
  to.push(value);
  return true;
}
function each(items: unknown, take: (item: unknown) => boolean): boolean {
  return Array.isArray(items) && items.every(take);
}
function isPosition(v: unknown): v is Position {
  return Array.isArray(v) && v.length >= 2 && Number.isFinite(v[0]) && Number.isFinite(v[1]);
}
function isLine(v: unknown): v is Position[] {
  return Array.isArray(v) && v.length >= 1 && v.every(isPosition);
}
function isPolygon(v: unknown): v is Position[][] {
  return Array.isArray(v) && v.length >= 1 && v.every(isLine);
}
