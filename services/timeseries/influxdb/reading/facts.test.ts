import { expect, test } from 'vitest';
import { Facts } from './facts.ts';

const found = (count: number) => new Map([[1, { count, first: 10, last: 20, end: Number.NEGATIVE_INFINITY }]]);
const added = (ds: number, t: number, end = Number.NaN) => ({
  ds: Int32Array.of(ds),
  t: Float64Array.of(t),
  end: Float64Array.of(end),
});
const NOTHING = { ds: new Int32Array(0), t: new Float64Array(0), end: new Float64Array(0) };
const UNTOUCHED = new Int32Array(0);

test('what was found is kept and follows the rows that are added', () => {
  const facts = new Facts(1e6);
  facts.observe()(found(3));
  facts.begins(1);
  facts.ends(1, added(1, 30, 99), UNTOUCHED);
  facts.begins(2);
  facts.ends(2, added(1, 5), UNTOUCHED);
  expect(facts.get(1)).toEqual({ count: 5, first: 5, last: 30, end: 99 });
  expect(facts.get(2)).toBeUndefined();
});

test('a batch beside a count makes it unknown whether its rows are in it: that Datastream is not kept', () => {
  for (const order of ['before', 'within', 'around']) {
    const facts = new Facts(1e6);
    if (order !== 'within') facts.begins(1);
    const settle = facts.observe();
    if (order === 'within') facts.begins(1);
    if (order !== 'around') facts.ends(1, added(1, 30), UNTOUCHED);
    settle(new Map([...found(3), [2, { count: 1, first: 1, last: 1, end: 1 }]]));
    if (order === 'around') {
      expect(facts.get(2)).toBeUndefined();
      facts.ends(1, added(1, 30), UNTOUCHED);
    }
    expect(facts.get(1)).toBeUndefined();
    expect(facts.get(2)?.count).toBe(1);
  }
});

test('what somebody else changed is forgotten, and of an unknown change everything', () => {
  const facts = new Facts(1e6);
  facts.observe()(new Map([...found(3), [2, { count: 1, first: 1, last: 1, end: 1 }]]));
  facts.begins(1);
  facts.ends(1, NOTHING, Int32Array.of(1));
  expect([facts.get(1), facts.get(2)?.count]).toEqual([undefined, 1]);
  const settle = facts.observe();
  facts.begins(2);
  facts.ends(2, NOTHING, null);
  settle(found(3));
  expect([facts.get(1), facts.get(2)]).toEqual([undefined, undefined]);
});

test('another store under way of a count leaves nothing of it, and of a batch that began before no wrong count', () => {
  const facts = new Facts(1e6);
  const settle = facts.observe();
  facts.begins(1);
  facts.clear();
  settle(found(3));
  const next = facts.observe();
  next(found(4));
  facts.ends(1, added(1, 30), UNTOUCHED);
  expect(facts.get(1)).toBeUndefined();
});

test('a count that failed leaves nothing behind, and memory is bounded', () => {
  const facts = new Facts(300);
  facts.observe()(null);
  const many = new Map(Array.from({ length: 9 }, (_, ds) => [ds, { count: 1, first: 1, last: 1, end: 1 }]));
  facts.observe()(many);
  expect([...many.keys()].filter((ds) => facts.get(ds) !== undefined)).toHaveLength(2);
});
