/** One form for all: points, lines and polygons of a geometry, in WGS 84 degrees, longitude first [RFC 7946]. */
export type Position = readonly [longitude: number, latitude: number];
export type Box = readonly [west: number, south: number, east: number, north: number];

export class Geometry {
  #box: Box | undefined;
  #foreign: unknown;
  readonly points: readonly Position[];
  readonly lines: readonly (readonly Position[])[];
  /** Rings, the outer first. */
  readonly polygons: readonly (readonly (readonly Position[])[])[];
  constructor(parts: Partial<Pick<Geometry, 'points' | 'lines' | 'polygons'>>) {
    this.points = parts.points ?? [];
    this.lines = parts.lines ?? [];
    this.polygons = parts.polygons ?? [];
  }

  /** West, south, east, north. Without a position nothing meets it. */
  get box(): Box {
    this.#box ??= boxOf(this);
    return this.#box;
  }

  /** 0: points, 1: lines, 2: areas; of a collection the greatest. */
  get dimension(): 0 | 1 | 2 {
    return this.polygons.length > 0 ? 2 : this.lines.length > 0 ? 1 : 0;
  }

  /** Its form for another library, made once. */
  remember(make: (geometry: Geometry) => unknown): unknown {
    this.#foreign ??= make(this);
    return this.#foreign;
  }
}

function boxOf({ points, lines, polygons }: Geometry): Box {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  const add = ([x, y]: Position) => {
    if (x < box[0]) box[0] = x;
    if (y < box[1]) box[1] = y;
    if (x > box[2]) box[2] = x;
    if (y > box[3]) box[3] = y;
  };
  points.forEach(add);
  for (const line of lines) line.forEach(add);
  for (const rings of polygons) rings[0]?.forEach(add);
  return box;
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
