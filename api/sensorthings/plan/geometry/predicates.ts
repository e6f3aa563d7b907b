/**
 * The predicates of the standard over two geometries [OGC 06-103r4 §6.1.15]. Points in areas, which is what maps ask ten
 * thousand times a query, are told by `relate.ts`; all else by the matrix. null: not to be told, see `matrix`.
 */
import type { Geometry } from './geometry.ts';
import { fits, matrix } from './matrix.ts';
import { boxesMeet, intersects, pointsWithin } from './relate.ts';

type Answer = boolean | null;

export function equals(a: Geometry, b: Geometry): Answer {
  const q = b.box;
  return a.box.every((side, i) => side === q[i]) && some(a, b, ['T*F**FFF*']);
}

/** They share points, but no inner ones. */
export function touches(a: Geometry, b: Geometry): Answer {
  if (!boxesMeet(a, b) || (a.dimension === 0 && b.dimension === 0)) return false;
  return some(a, b, ['FT*******', 'F**T*****', 'F***T****']);
}

/** No point of `a` lies outside of `b`, and an inner one of each is shared: on the edge alone is not within. */
export function within(a: Geometry, b: Geometry): Answer {
  if (!boxesMeet(a, b) || a.dimension > b.dimension) return false;
  return onlyPoints(a) && onlyAreas(b) ? pointsWithin(a, b) : some(a, b, ['T*F**F***']);
}

export function contains(a: Geometry, b: Geometry): Answer {
  return within(b, a);
}

/** Of one dimension, each has a part of its own and a part of that dimension is shared. */
export function overlaps(a: Geometry, b: Geometry): Answer {
  if (!boxesMeet(a, b) || a.dimension !== b.dimension) return false;
  return some(a, b, [a.dimension === 1 ? '1*T***T**' : 'T*T***T**']);
}

/** They share inner points, fewer than the greater of them has: a line that leads through an area, two lines that meet within. */
export function crosses(a: Geometry, b: Geometry): Answer {
  // One point is inside or it is not.
  if (!boxesMeet(a, b) || isOnePoint(a) || isOnePoint(b)) return false;
  if (a.dimension < b.dimension) return some(a, b, ['T*T******']);
  if (a.dimension > b.dimension) return some(a, b, ['T*****T**']);
  return a.dimension === 1 && some(a, b, ['0********']);
}

export function disjoint(a: Geometry, b: Geometry): Answer {
  return !intersects(a, b);
}

/** Does the matrix fit the pattern (nine of `T`, `F`, `*`, `0`, `1`, `2`)? */
export function relate(a: Geometry, b: Geometry, pattern: string): Answer {
  return some(a, b, [pattern.toUpperCase()]);
}

export function isPattern(text: string): boolean {
  return /^[TF*012]{9}$/i.test(text);
}

function some(a: Geometry, b: Geometry, patterns: readonly string[]): Answer {
  const found = matrix(a, b);
  return found === null ? null : patterns.some((p) => fits(found, p));
}

function isOnePoint(g: Geometry): boolean {
  return g.points.length === 1 && onlyPoints(g);
}
function onlyPoints(g: Geometry): boolean {
  return g.lines.length === 0 && g.polygons.length === 0;
}
function onlyAreas(g: Geometry): boolean {
  return g.lines.length === 0 && g.points.length === 0;
}
