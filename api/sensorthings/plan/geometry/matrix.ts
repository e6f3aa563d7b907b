/** The nine intersections of two geometries [DE-9IM; OGC 06-103r4 §6.1.15], computed by JSTS. */
import Coordinate from 'jsts/org/locationtech/jts/geom/Coordinate.js';
import GeometryFactory from 'jsts/org/locationtech/jts/geom/GeometryFactory.js';
import RelateOp from 'jsts/org/locationtech/jts/operation/relate/RelateOp.js';
import type { Geometry, Position } from './geometry.ts';

/**
 * Nine of `F`, `0`, `1`, `2`: dimension of what interior, boundary and exterior of `a` (rows) and `b` (columns) share. null:
 * one of them is no valid geometry (a ring that crosses itself where the other one cuts it).
 */
export function matrix(a: Geometry, b: Geometry): string | null {
  try {
    return String(RelateOp.relate(foreign(a), foreign(b)));
  } catch {
    return null;
  }
}

/** `T`: they share something, `*`: anything; else the dimension itself. */
export function fits(found: string, pattern: string): boolean {
  for (let i = 0; i < 9; i++) {
    const wanted = pattern[i];
    if (wanted === '*' || wanted === found[i] || (wanted === 'T' && found[i] !== 'F')) continue;
    return false;
  }
  return true;
}

function foreign(geometry: Geometry): unknown {
  return geometry.remember(build);
}

function build({ points, lines, polygons }: Geometry): unknown {
  const make = new GeometryFactory();
  const line = (positions: readonly Position[]) => positions.map(([x, y]) => new Coordinate(x, y));
  const ring = (positions: readonly Position[]) => {
    const [first, last] = [positions[0]!, positions.at(-1)!];
    const closed = first[0] === last[0] && first[1] === last[1];
    return make.createLinearRing(line(closed ? positions : [...positions, first]));
  };
  const parts = [
    ...points.map((p) => make.createPoint(new Coordinate(p[0], p[1]))),
    ...lines.map((l) => make.createLineString(line(l))),
    ...polygons.map(([outer, ...holes]) => make.createPolygon(ring(outer!), holes.map(ring))),
  ];
  if (parts.length === 1) return parts[0];
  // Parts of one kind are one geometry, whose boundary is that of the whole.
  if (parts.length === points.length) return make.createMultiPoint(parts);
  if (parts.length === lines.length) return make.createMultiLineString(parts);
  if (parts.length === polygons.length) return make.createMultiPolygon(parts);
  return make.createGeometryCollection(parts);
}
