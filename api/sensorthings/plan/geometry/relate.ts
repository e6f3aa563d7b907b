/** How geometries lie to each other, in the plane of longitude and latitude, which is right within a city. */
import type { Geometry, Position } from './geometry.ts';

type Ring = readonly Position[];

/** Do they share a point? */
export function intersects(a: Geometry, b: Geometry): boolean {
  return (
    a.points.some((p) => touchesPoint(b, p)) ||
    b.points.some((p) => touchesPoint(a, p)) ||
    segments(a).some((s) => segments(b).some((t) => cross(s, t))) ||
    vertices(a).some((p) => inArea(b, p)) ||
    vertices(b).some((p) => inArea(a, p))
  );
}

/** Does `a` lie in `b`? `b`'s edge counts as inside. */
export function within(a: Geometry, b: Geometry): boolean {
  const all = vertices(a);
  if (all.length === 0) return false;
  if (b.polygons.length === 0) return a.polygons.length === 0 && all.every((p) => touchesPoint(b, p));
  return (
    all.every((p) => inArea(b, p)) &&
    !segments(a).some((s) => segments(b).some((t) => properlyCross(s, t))) &&
    !holes(b).some((h) => a.polygons.some((polygon) => inRings(polygon, h)))
  );
}

/** Smallest distance in degrees, as the standard's examples read it; 0 where they touch. */
export function distance(a: Geometry, b: Geometry): number {
  if (intersects(a, b)) return 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    for (const p of vertices(from)) {
      for (const q of to.points) least = Math.min(least, Math.hypot(p[0] - q[0], p[1] - q[1]));
      for (const s of segments(to)) least = Math.min(least, toSegment(p, s));
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

/** A point of every hole, to see whether a polygon covers it. */
function holes(g: Geometry): Position[] {
  return g.polygons.flatMap((rings) => rings.slice(1).map((ring) => ring[0]!));
}

function touchesPoint(g: Geometry, p: Position): boolean {
  return (
    g.points.some((q) => q[0] === p[0] && q[1] === p[1]) || inArea(g, p) || segments(g).some((s) => onSegment(s, p))
  );
}

function inArea(g: Geometry, p: Position): boolean {
  return g.polygons.some((rings) => inRings(rings, p));
}

function inRings(rings: readonly Ring[], p: Position): boolean {
  if (rings.some((ring) => ring.some((q, i) => i > 0 && onSegment([ring[i - 1]!, q], p)))) return true;
  return inRing(rings[0]!, p) && !rings.slice(1).some((hole) => inRing(hole, p));
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
  return (
    turn(a, b, p) === 0 &&
    Math.min(a[0], b[0]) <= p[0] &&
    p[0] <= Math.max(a[0], b[0]) &&
    Math.min(a[1], b[1]) <= p[1] &&
    p[1] <= Math.max(a[1], b[1])
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
