/** Is it GeoJSON [RFC 7946]? A geometry or a Feature with one, WGS 84, longitude first. */
import { shown, wrong } from './complaint.ts';

/** Depth of coordinates below one position. */
const DEPTHS: Readonly<Record<string, number>> = {
  Point: 0,
  MultiPoint: 1,
  LineString: 1,
  MultiLineString: 2,
  Polygon: 2,
  MultiPolygon: 3,
};
const TYPES = [...Object.keys(DEPTHS), 'GeometryCollection'];

/** Must a value of this encodingType be GeoJSON? */
export function isGeoJsonType(encodingType: unknown): boolean {
  return typeof encodingType === 'string' && /^application\/(vnd\.)?geo\+json\b/i.test(encodingType);
}

/** @throws CodedError request.body with the path of what is wrong. */
export function checkGeoJson(value: unknown, path: string): void {
  const type = typeOf(value, path);
  if (type === 'Feature') {
    const { geometry } = value as { readonly geometry?: unknown };
    if (geometry === null || geometry === undefined) throw wrong(`${path}.geometry`, 'a Feature needs a geometry');
    checkGeometry(geometry, `${path}.geometry`);
  } else if (type === 'FeatureCollection') {
    const { features } = value as { readonly features?: unknown };
    if (!Array.isArray(features)) throw wrong(`${path}.features`, 'an array of Features expected');
    for (const [i, feature] of features.entries()) checkGeoJson(feature, `${path}.features[${i}]`);
  } else checkGeometry(value, path);
}

/** Positions, wherever they stand: each is an array that begins with a number. @throws CodedError request.body */
export function checkVertices(value: unknown, limit: number, path: string): void {
  let left = limit;
  const open = [value];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (typeof one !== 'object' || one === null) continue;
    if (!Array.isArray(one)) for (const part of Object.values(one)) open.push(part);
    else if (typeof one[0] !== 'number') for (const part of one) open.push(part);
    else if (--left < 0) throw wrong(path, `there are more than ${limit} positions (sensorthings.vertices)`);
  }
}

function checkGeometry(value: unknown, path: string): void {
  const type = typeOf(value, path);
  if (type === 'GeometryCollection') {
    const { geometries } = value as { readonly geometries?: unknown };
    if (!Array.isArray(geometries)) throw wrong(`${path}.geometries`, 'an array of geometries expected');
    for (const [i, geometry] of geometries.entries()) checkGeometry(geometry, `${path}.geometries[${i}]`);
    return;
  }
  if (!Object.hasOwn(DEPTHS, type))
    throw wrong(`${path}.type`, `"${type}" is no geometry; there are ${TYPES.join(', ')}`);
  const { coordinates } = value as { readonly coordinates?: unknown };
  if (!areCoordinates(coordinates, DEPTHS[type]!)) checkCoordinates(coordinates, DEPTHS[type]!, `${path}.coordinates`);
  if (type === 'LineString' || type === 'MultiLineString') {
    for (const line of (type === 'LineString' ? [coordinates] : coordinates) as unknown[][]) {
      if (line.length < 2) throw wrong(`${path}.coordinates`, 'a line has two positions at the least');
    }
  }
  const rings = type === 'Polygon' ? coordinates : type === 'MultiPolygon' ? (coordinates as unknown[][]).flat() : [];
  for (const ring of rings as number[][][]) checkRing(ring, `${path}.coordinates`);
}

/** The same question without the words, which take longer than the look. */
function areCoordinates(value: unknown, depth: number): boolean {
  if (!Array.isArray(value)) return false;
  if (depth > 0) return value.every((inner) => areCoordinates(inner, depth - 1));
  const numbers = value.length >= 2 && value.every((n) => typeof n === 'number' && Number.isFinite(n));
  return numbers && Math.abs(value[0]) <= 180 && Math.abs(value[1]) <= 90;
}

/** What is wrong with them, and where. */
function checkCoordinates(value: unknown, depth: number, path: string): void {
  if (!Array.isArray(value)) throw wrong(path, `an array expected, not ${shown(value)}`);
  if (depth > 0) {
    for (const [i, inner] of value.entries()) checkCoordinates(inner, depth - 1, `${path}[${i}]`);
    return;
  }
  const numbers = value.length >= 2 && value.every((n) => typeof n === 'number' && Number.isFinite(n));
  if (!numbers) throw wrong(path, `a position [longitude, latitude] expected, not ${shown(value)}`);
  if (Math.abs(value[0] as number) > 180 || Math.abs(value[1] as number) > 90) {
    throw wrong(path, `[longitude, latitude] in degrees expected, ${shown(value)} lies outside of ±180, ±90`);
  }
}

function checkRing(ring: readonly (readonly number[])[], path: string): void {
  const [first, last] = [ring[0], ring.at(-1)];
  if (ring.length < 4 || first![0] !== last![0] || first![1] !== last![1]) {
    throw wrong(path, 'a ring has four positions at the least, and its last is its first');
  }
}

function typeOf(value: unknown, path: string): string {
  const type = typeof value === 'object' && value !== null ? (value as { readonly type?: unknown }).type : undefined;
  if (typeof type === 'string') return type;
  throw wrong(path, `GeoJSON expected, such as {"type":"Point","coordinates":[7.08,51.17]}, not ${shown(value)}`);
}
