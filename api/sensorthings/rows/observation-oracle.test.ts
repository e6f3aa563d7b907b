/** Observations against a naive evaluator: every row looked at, nothing pushed down to the store. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MultiDatastream, RESULT, type RowExtra } from '../../../services/model/index.ts';
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
  readonly result: number | boolean | string | readonly number[];
  readonly end: number | null;
  /** undefined: its phenomenonTime; null: none. */
  readonly resultTime: number | null | undefined;
}
const BASE = NOW - 100;
const OBSERVED: CatalogueParts = {
  ...CITY,
  Datastreams: [1, 3, 4].map((id) => CITY.Datastreams!.find((d) => d.id === id)!),
};
/** A MultiDatastream beside them. */
const PAIR: MultiDatastream = {
  ...CITY.Datastreams![0]!,
  id: 7,
  name: 'Pair',
  observationType: 'OM_ComplexObservation',
  multiObservationDataTypes: [],
  unitOfMeasurements: [],
  observedProperties: [1, 3],
};
const times = fc.integer({ min: 0, max: 8 }).map((n) => BASE + n);
const rows: fc.Arbitrary<Row[]> = fc
  .tuple(fc.constantFrom([1, 3], [1, 3, 4], [1, 3, 4, 7]), fc.boolean())
  .chain(([streams, intervals]) =>
    fc.uniqueArray(
      fc.record({
        ds: fc.constantFrom(...streams),
        t: times,
        result: fc.oneof(small, fc.boolean(), fc.constantFrom('2', 'x', '11')),
        end: intervals ? fc.option(fc.integer({ min: 1, max: 4 }), { freq: 5 }) : fc.constant(null),
        resultTime: intervals ? fc.oneof(fc.constant(undefined), fc.constant(null), times) : fc.constant(undefined),
      }),
      { selector: (r) => `${r.ds}/${r.t}`, maxLength: 20 },
    ),
  )
  .map((list) =>
    list
      // Datastreams 1 and 3 measure: their results are numbers.
      .map((r) => ({
        ...r,
        result: r.ds === 4 ? r.result : r.ds === 7 ? [1, 2] : typeof r.result === 'number' ? r.result : 3,
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
  fc.array(fc.tuple(fc.constantFrom(1, 3, 4, 7), times), { minLength: 1, maxLength: 6 }).map((places): Expression => {
    const items = places.map(([ds, t]) => literal(Number(observationId({ ds, t, id: 0 }))));
    return { kind: 'in', left: path('id'), items, at: 1 };
  }),
  fc.tuple(comparison, times).map(([op, t]) => binary(op, path('resultTime'), literal(new Time(t)))),
  fc.constantFrom('eq' as const, 'ne' as const).map((op) => binary(op, path('resultTime'), literal(null))),
  fc
    .tuple(comparison, fc.constantFrom('Datastream/id', 'MultiDatastream/id', 'Datastream/Thing/id'), small)
    .map(([op, p, n]) => binary(op, path(p), literal(n))),
  fc
    .tuple(fc.constantFrom('Datastream/name', 'MultiDatastream/name'), fc.constantFrom('Level', 'Taken', 'Pair'))
    .map(([p, n]) => binary('eq', path(p), literal(n))),
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

function readOf(property: string, row: Row): unknown {
  const kind = row.ds === 7 ? 'MultiDatastream' : 'Datastream';
  const stream = row.ds === 7 ? PAIR : OBSERVED.Datastreams!.find((d) => d.id === row.ds)!;
  switch (property) {
    case 'result':
      return row.result;
    case 'id':
      return Number(observationId({ ds: row.ds, t: row.t, id: 0 }));
    case `${kind}/id`:
      return row.ds;
    case `${kind}/name`:
      return stream.name;
    case `${kind}/Thing/id`:
      return stream.thing;
    default:
      return null;
  }
}

function holds(e: Expression, row: Row): boolean {
  if (e.kind === 'in') return e.items.some((item) => holds(binary('eq', e.left, item), row));
  if (e.kind === 'unary') return !holds(e.operand, row);
  if (e.kind !== 'binary') throw new Error('not in this test');
  if (e.op === 'and') return holds(e.left, row) && holds(e.right, row);
  if (e.op === 'or') return holds(e.left, row) || holds(e.right, row);
  const turned = e.left.kind === 'literal';
  const p = (turned ? e.right : e.left) as Extract<Expression, { kind: 'path' }>;
  const l = ((turned ? e.left : e.right) as Extract<Expression, { kind: 'literal' }>).value;
  const property = p.segments.join('/');
  const resultTime = row.resultTime === undefined ? row.t : row.resultTime;
  if (property === 'resultTime' && (l === null || resultTime === null)) {
    return e.op === 'eq' ? l === resultTime : e.op === 'ne' && l !== resultTime;
  }
  if (l instanceof Time) {
    const own = property === 'resultTime' ? [resultTime!, resultTime!] : [row.t, row.end ?? row.t];
    return turned ? spans(e.op, [l.start, l.end], own) : spans(e.op, own, [l.start, l.end]);
  }
  const v = readOf(property, row);
  if (v === null) return e.op === 'ne';
  if (Array.isArray(v)) return e.op === 'ne';
  let a = v as number | string | boolean;
  let b = l as number | string;
  if (typeof a === 'number' && typeof b === 'string') b = Number(b);
  else if (typeof a === 'string' && typeof b === 'number') a = Number(a);
  if (typeof a === 'boolean' || Number.isNaN(a) || Number.isNaN(b)) return e.op === 'ne';
  return { eq: a === b, ne: a !== b, gt: a > b, ge: a >= b, lt: a < b, le: a <= b }[e.op as 'eq'];
}

function typeOf({ result }: Row): number {
  if (typeof result === 'object') return RESULT.object;
  if (typeof result === 'string') return RESULT.text;
  return typeof result === 'boolean' ? RESULT.boolean : RESULT.number;
}

/** An instant, and an interval that begins before it and ends with it: which one is later? */
const OVERLAPPING: Row[] = [
  { ds: 1, t: BASE + 2, result: 3, end: null, resultTime: null },
  { ds: 4, t: BASE + 1, result: '2', end: BASE + 2, resultTime: BASE },
];
const BY_IDS: Expression = {
  kind: 'in',
  left: path('id'),
  items: OVERLAPPING.map(({ ds, t }) => literal(Number(observationId({ ds, t, id: 0 })))),
  at: 1,
};

test('Observations: bounds given to the store, rest and order give what looking at every row gives', async () => {
  const orders = fc.oneof(
    fc.constant([]),
    fc
      .record({
        by: fc.constantFrom('phenomenonTime', 'id', 'result', 'Datastream/name', 'resultTime').map(path),
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
        r: Float64Array.from(list, (r) => (typeOf(r) < RESULT.text ? Number(r.result) : Number.NaN)),
        type: Uint8Array.from(list, typeOf),
        rec: Float64Array.from(list, (_, i) => i + 1),
        q: new Uint8Array(list.length),
        x: new Map(
          list.flatMap((r, i): [number, string][] => {
            const extra: RowExtra = {
              ...(typeOf(r) < RESULT.text ? {} : { v: r.result }),
              ...(r.end === null ? {} : { e: r.end }),
              ...(r.resultTime === undefined ? {} : { rt: r.resultTime }),
            };
            return Object.keys(extra).length === 0 ? [] : [[i, JSON.stringify(extra)]];
          }),
        ),
      });
      // Without Datastream 4 all results are numbers, and the store's bounds are all there is.
      const mixed = list.some((r) => r.ds === 4);
      const own = list.some((r) => r.end !== null || r.resultTime !== undefined);
      const streams = OBSERVED.Datastreams!.filter((d) => mixed || d.id !== 4).map((d) => ({ ...d, ownTimes: own }));
      const context = contextOf(
        { ...OBSERVED, Datastreams: streams, MultiDatastreams: [{ ...PAIR, ownTimes: own }] },
        store,
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
        if (segments === 'Datastream/name') return [OBSERVED.Datastreams!.find((d) => d.id === row.ds)?.name ?? ''];
        if (segments === 'resultTime' && own) return [row.resultTime === undefined ? row.t : (row.resultTime ?? 0)];
        if (segments === 'resultTime') return [row.t, row.ds];
        if (typeof row.result === 'object') return [3];
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
    {
      numRuns: 2000,
      examples: [[OVERLAPPING, BY_IDS, [{ by: path('phenomenonTime'), descending: true }], { top: 1, skip: 0 }]],
    },
  );
  expect(matched).toBeGreaterThan(2000);
});
