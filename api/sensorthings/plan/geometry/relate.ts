/** How geometries lie to each other, in the plane of longitude and latitude, which is right within a city. */
import type { Box, Geometry, Position } from './geometry.ts';

type Ring = readonly Position[];

/** Do the smallest boxes around them share a point? */
export function boxesMeet(a: Geometry, b: Geometry): boolean {
  const p = a.box;
  const q = b.box;
  return p[0] <= q[2] && q[0] <= p[2] && p[1] <= q[3] && q[1] <= p[3];
}

/** Do they share a point? */
export function intersects(a: Geometry, b: Geometry): boolean {
  if (!boxesMeet(a, b)) return false;
  return (
    a.points.some((p) => touchesPoint(b, p)) ||
    b.points.some((p) => touchesPoint(a, p)) ||
    linesMeet(a, b) ||
    // Without a crossing one is wholly inside of the other or outside: one point of each part tells.
    corners(a).some((p) => inArea(b, p)) ||
    corners(b).some((p) => inArea(a, p))
  );
}

/** Does a line or an edge of one meet one of the other? Only what lies in the box that both share is looked at. */
function linesMeet(a: Geometry, b: Geometry): boolean {
  const mine = segmentsIn(a, b.box);
  if (mine.length === 0) return false;
  const theirs = segmentsIn(b, a.box);
  return mine.some((s) => theirs.some((t) => cross(s, t)));
}

function segmentsIn(g: Geometry, [west, south, east, north]: Box): Segment[] {
  return segments(g).filter(
    ([p, q]) =>
      (p[0] >= west || q[0] >= west) &&
      (p[0] <= east || q[0] <= east) &&
      (p[1] >= south || q[1] >= south) &&
      (p[1] <= north || q[1] <= north),
  );
}

/** A point of each line and of each area. */
function corners(g: Geometry): Position[] {
  return [...g.lines.map((line) => line[0]!), ...g.polygons.map((rings) => rings[0]![0]!)];
}

/** Points in areas: none is outside, and not all are on the edge [DE-9IM `T*F**F***`]. */
export function pointsWithin(points: Geometry, areas: Geometry): boolean {
  let inner = false;
  for (const p of points.points) {
    const place = placeIn(areas, p);
    if (place < 0) return false;
    inner ||= place > 0;
  }
  return inner;
}

/** 1: inside of an area, 0: on an edge, -1: outside of all. */
function placeIn({ polygons }: Geometry, p: Position): -1 | 0 | 1 {
  let best: -1 | 0 = -1;
  for (const rings of polygons) {
    if (onEdge(rings, p)) best = 0;
    else if (inRing(rings[0]!, p) && !isInHole(rings, p)) return 1;
  }
  return best;
}

function isInHole(rings: readonly Ring[], p: Position): boolean {
  for (let i = 1; i < rings.length; i++) if (inRing(rings[i]!, p)) return true;
  return false;
}

function onEdge(rings: readonly Ring[], p: Position): boolean {
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i++) if (isOn(ring[i - 1]!, ring[i]!, p)) return true;
  }
  return false;
}

/** Smallest distance in degrees, as the standard's examples read it; 0 where they touch. */
export function distance(a: Geometry, b: Geometry): number {
  if (intersects(a, b)) return 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const edges = segments(to);
    for (const p of vertices(from)) {
      for (const q of to.points) least = Math.min(least, Math.hypot(p[0] - q[0], p[1] - q[1]));
      for (const s of edges) least = Math.min(least, toSegment(p, s));
    }
  }
  return least;
}

/** Length of the lines in degrees. */
export function lengthOf(g: Geometry): number {
  let sum = 0;
  for (const line of g.lines) {
    for (let i = 1; i < line.length; i++)
      sum += Math.hypot(line[i]![0] - line[i - 1]![0], line[i]![1] - line[i - 1]![1]);
  }
  return sum;
}

type Segment = readonly [Position, Position];

function segments(g: Geometry): Segment[] {
  return [...g.lines, ...g.polygons.flat()].flatMap((line) => line.slice(1).map((p, i): Segment => [line[i]!, p]));
}

function vertices(g: Geometry): Position[] {
  return [...g.points, ...g.lines.flat(), ...g.polygons.flat(2)];
}

function touchesPoint(g: Geometry, p: Position): boolean {
  return (
    g.points.some((q) => q[0] === p[0] && q[1] === p[1]) ||
    inArea(g, p) ||
    g.lines.some((line) => line.some((q, i) => i > 0 && isOn(line[i - 1]!, q, p)))
  );
}

/** Inside or on the edge. */
function inArea(g: Geometry, p: Position): boolean {
  return placeIn(g, p) >= 0;
}

/** Even-odd rule. */
function inRing(ring: Ring, [x, y]: Position): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i]!;
    const [xj, yj] = ring[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Sign of the turn a ▸ b ▸ c. */
function turn(a: Position, b: Position, c: Position): number {
  return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}

function onSegment([a, b]: Segment, p: Position): boolean {
  return isOn(a, b, p);
}

function isOn(a: Position, b: Position, p: Position): boolean {
  return (
    p[0] >= (a[0] < b[0] ? a[0] : b[0]) &&
    p[0] <= (a[0] > b[0] ? a[0] : b[0]) &&
    p[1] >= (a[1] < b[1] ? a[1] : b[1]) &&
    p[1] <= (a[1] > b[1] ? a[1] : b[1]) &&
    turn(a, b, p) === 0
  );
}

function properlyCross([a, b]: Segment, [c, d]: Segment): boolean {
  return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

function cross(s: Segment, t: Segment): boolean {
  return properlyCross(s, t) || onSegment(s, t[0]) || onSegment(s, t[1]) || onSegment(t, s[0]) || onSegment(t, s[1]);
}

function toSegment(p: Position, [a, b]: Segment): number {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square));
  return Math.hypot(p[0] - a[0] - along * dx, p[1] - a[1] - along * dy);
}
