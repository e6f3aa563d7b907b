/** Observations against a naive evaluator: every row looked at, nothing pushed down to the store. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RESULT } from '../../../services/model/index.ts';
import { memoryStore } from '../../../services/timeseries/index.ts';
import { observationId } from '../observation-id.ts';
import { planQuery } from '../plan/index.ts';
import { type Observation, SETS } from '../schema/index.ts';
import { type Expression, printExpression, Time } from '../syntax/index.ts';
import {
  binary,
  type CatalogueParts,
  CITY,
  comparison,
  conditions,
  contextOf,
  limits,
  literal,
  NOW,
  paging,
  path,
  small,
} from '../testing/index.ts';
import { countObservations, observationRows } from './index.ts';

interface Row {
  readonly ds: number;
  readonly t: number;
  readonly result: number | boolean | string;
  readonly end: number | null;
}
const BASE = NOW - 100;
const OBSERVED: CatalogueParts = {
  ...CITY,
  Datastreams: [1, 3, 4].map((id) => CITY.Datastreams!.find((d) => d.id === id)!),
};
const times = fc.integer({ min: 0, max: 8 }).map((n) => BASE + n);
const rows: fc.Arbitrary<Row[]> = fc
  .tuple(fc.constantFrom([1, 3], [1, 3, 4]), fc.boolean())
  .chain(([streams, intervals]) =>
    fc.uniqueArray(
      fc.record({
        ds: fc.constantFrom(...streams),
        t: times,
        result: fc.oneof(small, fc.boolean(), fc.constantFrom('2', 'x', '11')),
        end: intervals ? fc.option(fc.integer({ min: 1, max: 4 }), { freq: 5 }) : fc.constant(null),
      }),
      { selector: (r) => `${r.ds}/${r.t}`, maxLength: 20 },
    ),
  )
  .map((list) =>
    list
      // Datastreams 1 and 3 measure: their results are numbers.
      .map((r) => ({
        ...r,
        result: r.ds === 4 ? r.result : typeof r.result === 'number' ? r.result : 3,
        end: r.end === null ? null : r.t + r.end,
      }))
      .sort((a, b) => a.ds - b.ds || a.t - b.t),
  );

const resultAtom = fc
  .tuple(comparison, fc.oneof(small, fc.constantFrom('2', '3', 'x', '1.5')))
  .map(([op, v]) => binary(op, path('result'), literal(v)));
const observationAtoms: fc.Arbitrary<Expression> = fc.oneof(
  { arbitrary: resultAtom, weight: 3 },
  fc
    .tuple(comparison, times, fc.boolean())
    .map(([op, t, turned]) =>
      turned
        ? binary(op, literal(new Time(t)), path('phenomenonTime'))
        : binary(op, path('phenomenonTime'), literal(new Time(t))),
    ),
  fc
    .tuple(comparison, times, fc.integer({ min: 1, max: 3 }))
    .map(([op, t, l]) => binary(op, path('phenomenonTime'), literal(new Time(t, t + l)))),
  fc
    .tuple(comparison, fc.constantFrom(1, 3, 4), times)
    .map(([op, ds, t]) => binary(op, path('id'), literal(Number(observationId({ ds, t, id: 0 }))))),
  fc.constantFrom('Level', 'Taken').map((n) => binary('eq', path('Datastream/name'), literal(n))),
);

/** The table of the reference, for any two spans. */
function spans(op: string, [as, ae]: number[], [bs, be]: number[]): boolean {
  const before = (xs: number, xe: number, ys: number) => xe <= ys && xs < ys;
  if (op === 'eq') return as === bs && ae === be;
  if (op === 'ne') return as !== bs || ae !== be;
  if (op === 'lt') return before(as!, ae!, bs!);
  if (op === 'gt') return before(bs!, be!, as!);
  return op === 'le' ? ae! <= bs! : be! <= as!;
}

function holds(e: Expression, row: Row): boolean {
  if (e.kind === 'unary') return !holds(e.operand, row);
  if (e.kind !== 'binary') throw new Error('not in this test');
  if (e.op === 'and') return holds(e.left, row) && holds(e.right, row);
  if (e.op === 'or') return holds(e.left, row) || holds(e.right, row);
  const turned = e.left.kind === 'literal';
  const p = (turned ? e.right : e.left) as Extract<Expression, { kind: 'path' }>;
  const l = ((turned ? e.left : e.right) as Extract<Expression, { kind: 'literal' }>).value;
  if (l instanceof Time) {
    const own = [row.t, row.end ?? row.t];
    return turned ? spans(e.op, [l.start, l.end], own) : spans(e.op, own, [l.start, l.end]);
  }
  const property = p.segments.join('/');
  const datastream = OBSERVED.Datastreams!.find((d) => d.id === row.ds)!;
  const v =
    property === 'result'
      ? row.result
      : property === 'id'
        ? Number(observationId({ ds: row.ds, t: row.t, id: 0 }))
        : property === 'Datastream/id'
          ? row.ds
          : datastream.name;
  let a: number | string | boolean = v;
  let b = l as number | string;
  if (typeof a === 'number' && typeof b === 'string') b = Number(b);
  else if (typeof a === 'string' && typeof b === 'number') a = Number(a);
  if (typeof a === 'boolean' || Number.isNaN(a) || Number.isNaN(b)) return e.op === 'ne';
  return { eq: a === b, ne: a !== b, gt: a > b, ge: a >= b, lt: a < b, le: a <= b }[e.op as 'eq'];
}

test('Observations: bounds given to the store, rest and order give what looking at every row gives', async () => {
  const orders = fc.oneof(
    fc.constant([]),
    fc
      .record({
        by: fc.constantFrom('phenomenonTime', 'id', 'result', 'Datastream/name').map(path),
        descending: fc.boolean(),
      })
      .map((k) => [k]),
  );
  let matched = 0;
  await fc.assert(
    fc.asyncProperty(rows, conditions(observationAtoms), orders, paging, async (list, filter, orderby, page) => {
      const store = memoryStore();
      await store.start();
      await store.write({
        length: list.length,
        ds: Int32Array.from(list, (r) => r.ds),
        t: Float64Array.from(list, (r) => r.t),
        r: Float64Array.from(list, (r) => (typeof r.result === 'string' ? Number.NaN : Number(r.result))),
        type: Uint8Array.from(list, (r) =>
          typeof r.result === 'string' ? RESULT.text : typeof r.result === 'boolean' ? RESULT.boolean : RESULT.number,
        ),
        rec: Float64Array.from(list, (_, i) => i + 1),
        q: new Uint8Array(list.length),
        x: new Map(
          list.flatMap((r, i): [number, string][] =>
            typeof r.result === 'string' || r.end !== null
              ? [
                  [
                    i,
                    JSON.stringify({
                      ...(typeof r.result === 'string' ? { v: r.result } : {}),
                      ...(r.end === null ? {} : { e: r.end }),
                    }),
                  ],
                ]
              : [],
          ),
        ),
      });
      // Without Datastream 4 all results are numbers, and the store's bounds are all there is.
      const mixed = list.some((r) => r.ds === 4);
      const context = contextOf(
        mixed ? OBSERVED : { ...OBSERVED, Datastreams: OBSERVED.Datastreams!.filter((d) => d.id !== 4) },
        store,
        list.some((r) => r.end !== null),
      );
      const query = planQuery(
        SETS.Observations,
        { filter, orderby, ...page, count: true },
        { options: limits, now: NOW },
      );
      const wanted = list.filter((row) => holds(filter, row));
      expect([printExpression(filter), await countObservations(query, null, context)]).toEqual([
        printExpression(filter),
        wanted.length,
      ]);
      const key = orderby[0];
      const by = (row: Row): unknown[] => {
        const segments = key?.by.kind === 'path' ? key.by.segments.join('/') : 'id';
        if (segments === 'phenomenonTime') return [row.t, row.ds];
        if (segments === 'id') return [row.ds, row.t];
        if (segments === 'Datastream/name') return [OBSERVED.Datastreams!.find((d) => d.id === row.ds)!.name];
        return [typeof row.result === 'boolean' ? 0 : typeof row.result === 'number' ? 1 : 2, row.result];
      };
      const sorted = wanted.toSorted((a, b) => {
        const [x, y] = [by(a), by(b)];
        for (const [i, v] of x.entries())
          if (v !== y[i]) return ((v as number) < (y[i] as number) ? -1 : 1) * (key?.descending ? -1 : 1);
        return 0;
      });
      const found: Observation[] = [];
      for await (const chunk of observationRows(query, null, page.skip, page.top, context)) found.push(...chunk);
      expect(found.map((o) => [o.datastream, o.t])).toEqual(
        sorted.slice(page.skip, page.skip + page.top).map((r) => [r.ds, r.t]),
      );
      matched += wanted.length;
    }),
    { numRuns: 2000 },
  );
  expect(matched).toBeGreaterThan(2000);
});
