import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distance, geometryOf, intersects, lengthOf, parseWkt, within } from './index.ts';

const g = (text: string) => {
  const geometry = parseWkt(text);
  if (geometry === null) throw new Error(`not read: ${text}`);
  return geometry;
};
const RING = 'POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (4 4, 6 4, 6 6, 4 6, 4 4))';

test('WKT is read in the forms that clients write, and nothing else', () => {
  for (const text of [
    'POINT(1 2)',
    'point z (1 2 3)',
    'SRID=4326;POINT (1 2)',
    ' LINESTRING (0 0,1 1e0) ',
    RING,
    'MULTIPOINT (1 2, 3 4)',
    'MULTIPOINT ((1 2),(3 4))',
    'MULTIPOLYGON (((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))',
    'MULTILINESTRING ((0 0,1 1),(2 2,3 3))',
  ])
    g(text);
  for (const text of [
    '',
    'POINT',
    'POINT()',
    'POINT(1)',
    'POINT(1 2',
    'POINT(1 2))',
    'POLYGON(0 0,1 1)',
    'LINESTRING((0 0))',
    'POINT(1 2, 3 4)',
    'CIRCLE(1 2)',
    'POINT(a b)',
    'POINT((1 2))',
    'MULTIPOLYGON((0 0,1 1))',
    'POINT(1.2.3 4)',
  ]) {
    expect([text, parseWkt(text)]).toEqual([text, null]);
  }
});

test('any text is WKT or not, never an exception', () => {
  const pieces = fc.constantFrom('POINT', 'POLYGON', 'MULTIPOINT', '(', ')', ',', ' ', '1', '2.5', '-', 'e');
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 20 }).map((p) => p.join('')),
      (text) => {
        parseWkt(text);
      },
    ),
  );
});

test('a point lies in a polygon, but not in its hole; the edge counts', () => {
  const area = g(RING);
  const cases: [x: number, y: number, inside: boolean][] = [
    [1, 1, true],
    [5, 5, false],
    [0, 5, true],
    [10, 10, true],
    [4, 5, true],
    [11, 5, false],
    [-1, 0, false],
    [5, 10, true],
  ];
  for (const [x, y, inside] of cases) {
    const p = g(`POINT(${x} ${y})`);
    expect([x, y, intersects(p, area), intersects(area, p), within(p, area)]).toEqual([x, y, inside, inside, inside]);
  }
});

test('a convex polygon agrees with its half planes', () => {
  const coordinate = fc.double({ min: -2, max: 12, noNaN: true });
  fc.assert(
    fc.property(coordinate, coordinate, (x, y) => {
      const inside = x >= 0 && y >= 0 && x + y <= 10;
      // Within rounding of the slanted edge either answer is right.
      fc.pre(Math.abs(x + y - 10) > 1e-9);
      expect(intersects(geometryOf({ type: 'Point', coordinates: [x, y] })!, g('POLYGON((0 0,10 0,0 10,0 0))'))).toBe(
        inside,
      );
    }),
    { numRuns: 500 },
  );
});

test('lines cross, touch and keep apart', () => {
  expect(intersects(g('LINESTRING(0 0,2 2)'), g('LINESTRING(0 2,2 0)'))).toBe(true);
  expect(intersects(g('LINESTRING(0 0,1 1)'), g('LINESTRING(1 1,2 0)'))).toBe(true);
  expect(intersects(g('LINESTRING(0 0,1 1)'), g('LINESTRING(2 0,3 3)'))).toBe(false);
  expect(intersects(g('LINESTRING(-1 5,11 5)'), g(RING))).toBe(true);
  expect(within(g('LINESTRING(1 1,2 2)'), g(RING))).toBe(true);
  expect(within(g('LINESTRING(1 5,9 5)'), g(RING))).toBe(false);
});

test('a polygon around a hole does not lie within', () => {
  expect(within(g('POLYGON((1 1,2 1,2 2,1 2,1 1))'), g(RING))).toBe(true);
  expect(within(g('POLYGON((3 3,7 3,7 7,3 7,3 3))'), g(RING))).toBe(false);
});

test('distances and lengths are in degrees', () => {
  expect(distance(g('POINT(0 0)'), g('POINT(3 4)'))).toBe(5);
  expect(distance(g('POINT(5 5)'), g(RING))).toBe(1);
  expect(distance(g('POINT(1 1)'), g(RING))).toBe(0);
  expect(lengthOf(g('LINESTRING(0 0,3 4,3 5)'))).toBe(6);
});

test('what is no GeoJSON is no geometry', () => {
  for (const value of [
    null,
    5,
    'x',
    {},
    { type: 'Point' },
    { type: 'Point', coordinates: ['a', 1] },
    { type: 'Feature' },
    { type: 'Polygon', coordinates: [] },
  ]) {
    expect(geometryOf(value)).toBeNull();
  }
  expect(geometryOf({ type: 'Feature', geometry: { type: 'Point', coordinates: [1, 2, 3] } })!.points).toHaveLength(1);
});
