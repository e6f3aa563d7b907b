import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactNumber, hasLayout, layoutText, observationId, parseObservationId } from './observation-id.ts';

test('an id gives back its Datastream and its time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 21 - 1 }), fc.integer({ min: 0, max: 2 ** 42 - 1 }), (ds, t) => {
      expect(hasLayout(ds, t)).toBe(true);
      expect(parseObservationId(observationId({ ds, t, id: 0 }))).toEqual({ kind: 'layout', ds, t });
    }),
  );
});

test('an assigned id wins over the layout and is told apart from it', () => {
  expect(observationId({ ds: 7, t: 1000, id: 42 })).toBe(42n);
  expect(parseObservationId(42n)).toEqual({ kind: 'assigned', id: 42 });
  expect(parseObservationId(2n ** 42n - 1n)).toEqual({ kind: 'assigned', id: 2 ** 42 - 1 });
  expect(parseObservationId(2n ** 42n)).toEqual({ kind: 'layout', ds: 1, t: 0 });
});

test('what no Observation can have is no id', () => {
  for (const id of [0n, -1n, 2n ** 63n, 2n ** 80n]) expect(parseObservationId(id)).toEqual({ kind: 'none' });
});

test('times before 1970, after 2109 and ordinals over 2,097,151 have no layout', () => {
  expect([hasLayout(1, -1), hasLayout(1, 2 ** 42), hasLayout(2 ** 21, 0), hasLayout(0, 0), hasLayout(1, 0.5)]).toEqual(
    Array(5).fill(false),
  );
});

test('ids beyond 2^53 stay exact', () => {
  const id = observationId({ ds: 2_000_000, t: 1_700_000_000_123, id: 0 });
  expect(typeof exactNumber(id)).toBe('bigint');
  expect(exactNumber(5n)).toBe(5);
});

test('the digits of an id are exact without a bigint', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 21 - 1 }), fc.integer({ min: 0, max: 2 ** 42 - 1 }), (ds, t) => {
      expect(layoutText(ds, t)).toBe(String(observationId({ ds, t, id: 0 })));
    }),
    { numRuns: 10_000 },
  );
});
