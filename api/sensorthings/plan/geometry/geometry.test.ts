import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  contains,
  crosses,
  disjoint,
  distance,
  equals,
  type Geometry,
  geometryOf,
  intersects,
  lengthOf,
  overlaps,
  parseWkt,
  relate,
  touches,
  within,
} from './index.ts';
import { fits, matrix } from './matrix.ts';

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
    'POLYGON((0 0,1 0,1 1))',
    'GEOMETRYCOLLECTION (POINT (1 2), POLYGON ((0 0,1 0,1 1,0 0)))',
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
    'LINESTRING(1 1)',
    'LINESTRING(1 1,1 1)',
    'POLYGON((0 0,1 1,0 0))',
    'GEOMETRYCOLLECTION ()',
    'GEOMETRYCOLLECTION (POINT (1 2),CIRCLE(1))',
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

test('a point lies in a polygon, but not in its hole; its edge is met, but nothing within', () => {
  const area = g(RING);
  const cases: [x: number, y: number, meets: boolean, inside: boolean][] = [
    [1, 1, true, true],
    [5, 5, false, false],
    [0, 5, true, false],
    [10, 10, true, false],
    [4, 5, true, false],
    [11, 5, false, false],
    [-1, 0, false, false],
    [5, 10, true, false],
  ];
  for (const [x, y, meets, inside] of cases) {
    const p = g(`POINT(${x} ${y})`);
    expect([x, y, intersects(p, area), intersects(area, p), within(p, area), contains(area, p)]).toEqual([
      x,
      y,
      meets,
      meets,
      inside,
      inside,
    ]);
  }
});

test('each predicate tells what the standard shows', () => {
  const square = g('POLYGON((0 0,2 0,2 2,0 2,0 0))');
  const cases: [
    name: string,
    run: (a: Geometry, b: Geometry) => boolean | null,
    a: string,
    b: string,
    holds: boolean,
  ][] = [
    ['equals', equals, 'POLYGON((2 2,0 2,0 0,2 0,2 2))', 'POLYGON((0 0,2 0,2 2,0 2,0 0))', true],
    ['equals', equals, 'LINESTRING(0 0,2 2)', 'LINESTRING(2 2,1 1,0 0)', true],
    ['equals', equals, 'POINT(0 0)', 'POINT(0 1)', false],
    ['touches', touches, 'POLYGON((2 0,4 0,4 2,2 2,2 0))', 'POLYGON((0 0,2 0,2 2,0 2,0 0))', true],
    ['touches', touches, 'POINT(2 1)', 'POLYGON((0 0,2 0,2 2,0 2,0 0))', true],
    ['touches', touches, 'POINT(1 1)', 'POLYGON((0 0,2 0,2 2,0 2,0 0))', false],
    ['touches', touches, 'POINT(1 1)', 'POINT(1 1)', false],
    ['overlaps', overlaps, 'POLYGON((1 1,3 1,3 3,1 3,1 1))', 'POLYGON((0 0,2 0,2 2,0 2,0 0))', true],
    ['overlaps', overlaps, 'POLYGON((2 0,4 0,4 2,2 2,2 0))', 'POLYGON((0 0,2 0,2 2,0 2,0 0))', false],
    ['overlaps', overlaps, 'LINESTRING(0 0,2 0)', 'LINESTRING(1 0,3 0)', true],
    ['overlaps', overlaps, 'LINESTRING(0 0,2 0)', 'LINESTRING(1 -1,1 1)', false],
    ['overlaps', overlaps, 'MULTIPOINT(0 0,1 1)', 'MULTIPOINT(1 1,2 2)', true],
    ['overlaps', overlaps, 'POINT(1 1)', 'POLYGON((0 0,2 0,2 2,0 2,0 0))', false],
    ['crosses', crosses, 'LINESTRING(-1 1,3 1)', 'POLYGON((0 0,2 0,2 2,0 2,0 0))', true],
    ['crosses', crosses, 'POLYGON((0 0,2 0,2 2,0 2,0 0))', 'LINESTRING(-1 1,3 1)', true],
    ['crosses', crosses, 'LINESTRING(0 0,2 2)', 'LINESTRING(0 2,2 0)', true],
    ['crosses', crosses, 'LINESTRING(0 0,1 1)', 'LINESTRING(1 1,2 0)', false],
    ['crosses', crosses, 'MULTIPOINT(1 1,5 5)', 'POLYGON((0 0,2 0,2 2,0 2,0 0))', true],
    ['crosses', crosses, 'POINT(1 1)', 'POINT(1 1)', false],
    ['within', within, 'POLYGON((0 0,1 0,1 1,0 1,0 0))', 'POLYGON((0 0,2 0,2 2,0 2,0 0))', true],
    ['within', within, 'LINESTRING(0 0,2 0)', 'POLYGON((0 0,2 0,2 2,0 2,0 0))', false],
    ['within', within, 'MULTIPOINT(0 0,1 1)', 'POLYGON((0 0,2 0,2 2,0 2,0 0))', true],
    ['within', within, 'POINT(1 0)', 'LINESTRING(0 0,2 0)', true],
    ['within', within, 'POINT(1 1)', 'GEOMETRYCOLLECTION(POINT(9 9),POLYGON((0 0,2 0,2 2,0 2,0 0)))', true],
    ['contains', contains, 'POLYGON((0 0,2 0,2 2,0 2,0 0))', 'LINESTRING(0 0,2 2)', true],
    ['disjoint', disjoint, 'POINT(3 3)', 'POLYGON((0 0,2 0,2 2,0 2,0 0))', true],
    ['disjoint', disjoint, 'POINT(2 2)', 'POLYGON((0 0,2 0,2 2,0 2,0 0))', false],
  ];
  for (const [name, run, a, b, holds] of cases) expect([name, a, b, run(g(a), g(b))]).toEqual([name, a, b, holds]);
  expect(relate(g('POINT(1 1)'), square, '0ff0FF212')).toBe(false);
  expect(relate(g('POINT(1 1)'), square, '0ffFFF212')).toBe(true);
});

test('what our own code tells is what the matrix tells', () => {
  const at = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }));
  const points = fc.array(at, { minLength: 1, maxLength: 3 }).map((p) => `MULTIPOINT(${p.map((c) => c.join(' '))})`);
  const lines = fc
    .uniqueArray(at, { minLength: 2, maxLength: 3, selector: String })
    .map((p) => `LINESTRING(${p.map((c) => c.join(' '))})`);
  // Star-shaped around the middle, so that no ring crosses itself.
  const areas = fc
    .tuple(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 4 }), fc.boolean())
    .map(([[e, n, w, s], hole]) => {
      const outer = `(${3 + e!} 3,3 ${3 + n!},${3 - w!} 3,3 ${3 - s!},${3 + e!} 3)`;
      return `POLYGON(${outer}${hole ? ',(3.2 3,3 3.2,2.8 3,3 2.8,3.2 3)' : ''})`;
    });
  const any = fc.oneof(points, lines, areas);
  let met = 0;
  let inside = 0;
  fc.assert(
    fc.property(any, any, (x, y) => {
      const [a, b] = [g(x), g(y)];
      const found = matrix(a, b)!;
      expect([x, y, intersects(a, b)]).toEqual([x, y, !fits(found, 'FF*FF****')]);
      expect([x, y, within(a, b)]).toEqual([x, y, fits(found, 'T*F**F***')]);
      expect([x, y, contains(a, b)]).toEqual([x, y, fits(found, 'T*****FF*')]);
      expect([x, y, equals(a, b)]).toEqual([x, y, fits(found, 'T*F**FFF*')]);
      const [p, q] = [a.dimension, b.dimension];
      const touching = ['FT*******', 'F**T*****', 'F***T****'].some((pattern) => fits(found, pattern));
      expect([x, y, touches(a, b)]).toEqual([x, y, touching && p + q > 0]);
      const crossing = p < q ? 'T*T******' : p > q ? 'T*****T**' : p === 1 ? '0********' : 'FFFFFFFFF';
      expect([x, y, crosses(a, b)]).toEqual([x, y, fits(found, crossing)]);
      const overlapping = p !== q ? 'FFFFFFFFF' : p === 1 ? '1*T***T**' : 'T*T***T**';
      expect([x, y, overlaps(a, b)]).toEqual([x, y, fits(found, overlapping)]);
      if (intersects(a, b)) met++;
      if (within(a, b)) inside++;
    }),
    { numRuns: 3000, seed: 1 },
  );
  expect(met).toBeGreaterThan(300);
  expect(inside).toBeGreaterThan(50);
});

test('a ring that crosses itself gives no answer instead of an error', () => {
  const bow = geometryOf({
    type: 'Polygon',
    coordinates: [
      [
        [0, 0],
        [1, 1],
      ],
    ],
  })!;
  expect(touches(bow, g('POINT(0 0)'))).toBeNull();
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
