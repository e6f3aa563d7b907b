import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Aggregation } from './aggregation.ts';

const all = { edges: null, perDatastream: false, quantiles: [] };

test('the order in which rows come does not show', () => {
  let visited = 0;
  const row = fc.record({
    ds: fc.integer({ min: 1, max: 3 }),
    t: fc.integer({ min: 0, max: 40 }),
    n: fc.nat(2),
    type: fc.constantFrom(0, 1, 2),
    r: fc.double({ noNaN: true, min: -1e15, max: 1e15 }),
  });
  const rows = fc.uniqueArray(row, { maxLength: 60, selector: ({ ds, t, n }) => `${ds}/${t}/${n}` });
  const query = fc.record({
    edges: fc.constantFrom(null, [0, 10, 11, 30]),
    perDatastream: fc.boolean(),
    quantiles: fc.constant([0.3]),
  });
  fc.assert(
    fc.property(rows, query, fc.integer(), (list, asked, seed) => {
      visited++;
      const [forth, back] = [new Aggregation(asked), new Aggregation(asked)];
      const shuffled = list.toSorted((a, b) => ((a.t * 31 + a.n * 7 + seed) % 13) - ((b.t * 31 + b.n * 7 + seed) % 13));
      for (const { ds, t, n, type, r } of list) forth.add(ds, t, n, type, r);
      for (const { ds, t, n, type, r } of shuffled) back.add(ds, t, n, type, r);
      const [a, b] = [forth.finish(), back.finish()];
      for (const column of ['ds', 'bucket', 'count', 'min', 'max', 'first', 'last'] as const)
        expect(b[column]).toEqual(a[column]);
      expect(b.quantiles).toEqual(a.quantiles);
      for (let i = 0; i < a.length; i++) {
        if (Number.isNaN(a.sum[i])) expect(b.sum[i]).toBeNaN();
        else expect(Math.abs(b.sum[i]! - a.sum[i]!)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(a.sum[i]!)));
      }
    }),
    { numRuns: 300 },
  );
  expect(visited).toBeGreaterThanOrEqual(300);
});

test('a sum does not lose small numbers beside large ones', () => {
  const aggregation = new Aggregation(all);
  for (const [t, r] of [1e16, 1, 1, -1e16].entries()) aggregation.add(1, t, 0, 0, r);
  expect(aggregation.finish().sum[0]).toBe(2);
});

test('values for percentiles are held up to the limit, and no longer than their bucket lasts', () => {
  const limit = { values: 10, exceeded: () => new Error('too many') };
  const aggregation = new Aggregation({ edges: [0, 10, 20, 30], perDatastream: false, quantiles: [0.5] }, limit);
  for (let t = 0; t < 30; t++) {
    if (t % 10 === 0) aggregation.settle(t);
    aggregation.add(1, t, 0, 0, t);
  }
  expect(Array.from(aggregation.finish().quantiles[0]!)).toEqual([4.5, 14.5, 24.5]);
  const second = new Aggregation({ ...all, quantiles: [0.5] }, limit);
  for (let t = 0; t < 10; t++) second.add(1, t, 0, 0, t);
  expect(() => second.add(1, 10, 0, 0, 1)).toThrow('too many');
});
