/** Positions of GeoJSON [RFC 7946 §3.1, §3.2]: enough to tell whether something lies in a box. */

/** More than this is not looked at: an outline of that many corners has one near its box anyway. */
const MAX_POSITIONS = 5000;

/** Longitude, latitude of every position of a geometry, Feature or GeometryCollection; nothing for anything else. */
export function positionsOf(geojson: unknown): [number, number][] {
  const found: [number, number][] = [];
  const visit = (value: unknown, depth: number): void => {
    if (depth > 8 || found.length >= MAX_POSITIONS || value === null || typeof value !== 'object') return;
    if (Array.isArray(value)) {
      if (typeof value[0] === 'number' && typeof value[1] === 'number') found.push([value[0], value[1]]);
      else for (const inner of value) visit(inner, depth + 1);
      return;
    }
    const { geometry, coordinates, geometries } = value as Record<string, unknown>;
    for (const inner of [geometry, coordinates, geometries]) visit(inner, depth + 1);
  };
  visit(geojson, 0);
  return found;
}

/** West, south, east, north; west > east crosses the 180th meridian. */
export function inBox(
  [lon, lat]: readonly [number, number],
  [west, south, east, north]: readonly [number, number, number, number],
): boolean {
  if (lat < south || lat > north) return false;
  return west <= east ? lon >= west && lon <= east : lon >= west || lon <= east;
}
