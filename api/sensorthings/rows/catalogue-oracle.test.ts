/** Conditions and orders of the catalogue against a naive evaluator: every join spelt out, every entity looked at. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Datastream, MultiDatastream, Thing } from '../../../services/model/index.ts';
import { memoryStore } from '../../../services/timeseries/index.ts';
import { planQuery } from '../plan/index.ts';
import { type AnySet, SETS } from '../schema/index.ts';
import { type Expression, printExpression, type QueryOptions } from '../syntax/index.ts';
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
import { placesToLook, selectEntities } from './index.ts';

type Json = Record<string, unknown>;
const properties = fc.oneof(
  fc.constant({}),
  small.map((n) => ({ n })),
  fc.constant({ n: null }),
);
const name = fc.constantFrom('a', 'ab', 'b');

const city: fc.Arbitrary<CatalogueParts> = fc
  .tuple(
    fc.array(fc.tuple(name, properties), { maxLength: 5 }),
    fc.array(fc.tuple(name, properties, fc.nat(), small), { maxLength: 8 }),
    fc.array(fc.tuple(name, properties, fc.nat(), fc.array(small, { minLength: 1, maxLength: 3 })), { maxLength: 3 }),
  )
  .map(([things, streams, multis]) => ({
    ...CITY,
    Things: things.map(([n, p], i): Thing => ({ ...CITY.Things![0]!, id: i + 1, name: n, properties: p })),
    Datastreams: (things.length === 0 ? [] : streams).map(
      ([n, p, thing, sensor], i): Datastream => ({
        ...CITY.Datastreams![0]!,
        id: i + 1,
        name: n,
        properties: p,
        thing: (thing % things.length) + 1,
        sensor,
        features: [],
      }),
    ),
    // They share their ids with Datastreams.
    MultiDatastreams: (things.length === 0 ? [] : multis).map(
      ([n, p, thing, observed], i): MultiDatastream => ({
        ...CITY.Datastreams![0]!,
        id: 100 + i,
        name: n,
        properties: p,
        thing: (thing % things.length) + 1,
        sensor: 1,
        features: [],
        multiObservationDataTypes: observed.map(() => 'x'),
        unitOfMeasurements: observed.map((o) => ({ name: String(o), symbol: null, definition: null })),
        observedProperties: observed,
      }),
    ),
  }));

const PATHS = {
  Things: {
    numbers: [
      'id',
      'properties/n',
      'Datastreams/id',
      'Datastreams/properties/n',
      'Datastreams/Sensor/id',
      'MultiDatastreams/id',
      'MultiDatastreams/properties/n',
    ],
    texts: ['name', 'Datastreams/name', 'Datastreams/Sensor/name', 'MultiDatastreams/name'],
  },
  Datastreams: {
    numbers: ['id', 'properties/n', 'Thing/id', 'Thing/properties/n', 'Thing/Datastreams/properties/n'],
    texts: ['name', 'Thing/name', 'Thing/Datastreams/name'],
  },
  MultiDatastreams: {
    numbers: ['id', 'Thing/id', 'ObservedProperties/id', 'Thing/Datastreams/id', 'Thing/MultiDatastreams/properties/n'],
    texts: ['name', 'Thing/name', 'unitOfMeasurements/0/name'],
  },
} as const;
type CatalogueName = keyof typeof PATHS;

function catalogueAtoms(set: CatalogueName): fc.Arbitrary<Expression> {
  const number = fc.oneof(fc.constantFrom(...PATHS[set].numbers).map(path), small.map(literal));
  const sum = fc.oneof(
    number,
    fc
      .tuple(fc.constantFrom('add' as const, 'sub' as const, 'mul' as const, 'mod' as const), number, number)
      .map(([op, a, b]) => binary(op, a, b)),
  );
  const text = fc.oneof(fc.constantFrom(...PATHS[set].texts).map(path), name.map(literal));
  return fc.oneof(
    fc.tuple(comparison, sum, sum).map(([op, a, b]) => binary(op, a, b)),
    fc.tuple(comparison, text, text).map(([op, a, b]) => binary(op, a, b)),
    fc
      .tuple(comparison, fc.constantFrom(...PATHS[set].numbers).map(path))
      .map(([op, a]) => binary(op, a, literal(null))),
    fc
      .tuple(fc.constantFrom('startswith', 'endswith', 'contains', 'substringof'), text, text)
      .map(([f, a, b]) => call(f, a, b)),
    fc
      .tuple(comparison, fc.constantFrom('tolower', 'toupper', 'trim'), text, text)
      .map(([op, f, a, b]) => binary(op, call(f, a), b)),
    fc.tuple(comparison, text, text, text).map(([op, a, b, c]) => binary(op, call('concat', a, b), c)),
    fc
      .tuple(comparison, text, small)
      .map(([op, a, n]) => binary(op, call('substring', a, literal(n - 1)), literal('b'))),
    fc.tuple(comparison, text, number).map(([op, a, n]) => binary(op, call('length', a), n)),
    fc.tuple(comparison, text, text, small).map(([op, a, b, n]) => binary(op, call('indexof', a, b), literal(n - 2))),
    fc
      .tuple(comparison, fc.constantFrom('round', 'floor', 'ceiling'), number, small)
      .map(([op, f, n, d]) => binary(op, call(f, binary('div', n, literal(d))), literal(d))),
    fc
      .tuple(number, fc.array(small.map(literal), { minLength: 1, maxLength: 3 }))
      .map(([left, items]): Expression => ({ kind: 'in', left, items, at: 1 })),
  );
}

const call = (name: string, ...args: Expression[]): Expression => ({ kind: 'call', name, args, at: 1 });

/** The functions once more, by the standard's words. */
const NAIVE: Record<string, (a: never, b: never) => unknown> = {
  startswith: (a: string, b: string) => a.slice(0, b.length) === b,
  endswith: (a: string, b: string) => b === '' || a.slice(-b.length) === b,
  contains: (a: string, b: string) => a.split(b).length > 1 || b === '',
  substringof: (a: string, b: string) => b.split(a).length > 1 || a === '',
  tolower: (a: string) => a.toLowerCase(),
  toupper: (a: string) => a.toUpperCase(),
  trim: (a: string) => a.replace(/^\s+|\s+$/g, ''),
  concat: (a: string, b: string) => [a, b].join(''),
  substring: (a: string, from: number) => [...a].filter((_, i) => i >= from).join(''),
  length: (a: string) => [...a].length,
  indexof: (a: string, b: string) => a.search(b),
  round: (n: number) => (n < 0 ? -Math.floor(0.5 - n) : Math.floor(n + 0.5)),
  floor: (n: number) => n - (((n % 1) + 1) % 1),
  ceiling: (n: number) => -Math.floor(-n),
};

/** All rows of the join: prefix ▸ entity. */
function joined(parts: CatalogueParts, root: Json, prefixes: readonly string[]): Map<string, Json | null>[] {
  let rows = [new Map<string, Json | null>([['', root]])];
  for (const prefix of prefixes) {
    const cut = prefix.lastIndexOf('/');
    const relation = prefix.slice(cut + 1);
    rows = rows.flatMap((row) => {
      const from = row.get(cut < 0 ? '' : prefix.slice(0, cut)) ?? null;
      const others: Json[] =
        from === null
          ? []
          : relation === 'Datastreams'
            ? parts.Datastreams!.filter((d) => d.thing === from.id).map((d) => d as unknown as Json)
            : relation === 'MultiDatastreams'
              ? parts.MultiDatastreams!.filter((d) => d.thing === from.id).map((d) => d as unknown as Json)
              : relation === 'ObservedProperties'
                ? (from.observedProperties as number[]).map((id) => ({ id }))
                : relation === 'Thing'
                  ? parts.Things!.filter((t) => t.id === from.thing).map((t) => t as unknown as Json)
                  : parts.Sensors!.filter((s) => s.id === from.sensor).map((s) => s as unknown as Json);
      return (others.length === 0 ? [null] : others).map((other) => new Map([...row, [prefix, other]]));
    });
  }
  return rows;
}

const isProperty = (s: string) => ['properties', 'name', 'id', 'unitOfMeasurements'].includes(s);

function prefixesOf(e: Expression): string[] {
  const out = new Set<string>();
  const visit = (x: Expression): void => {
    if (x.kind === 'path') {
      const end = x.segments.findIndex(isProperty);
      for (let i = 1; i <= end; i++) out.add(x.segments.slice(0, i).join('/'));
    } else if (x.kind === 'binary') [x.left, x.right].forEach(visit);
    else if (x.kind === 'unary') visit(x.operand);
    else if (x.kind === 'call') x.args.forEach(visit);
    else if (x.kind === 'in') [x.left, ...x.items].forEach(visit);
  };
  visit(e);
  return [...out].sort((a, b) => a.split('/').length - b.split('/').length);
}

function naive(e: Expression, get: (segments: readonly string[]) => unknown): unknown {
  const v = (x: Expression) => naive(x, get);
  if (e.kind === 'literal') return e.value;
  if (e.kind === 'path') return get(e.segments) ?? null;
  if (e.kind === 'unary') {
    const inner = v(e.operand);
    return typeof inner === 'boolean' ? !inner : null;
  }
  if (e.kind === 'in') return e.items.some((item) => v(e.left) === v(item));
  if (e.kind === 'call') {
    const [a, b] = e.args.map(v);
    return a === null || b === null ? null : NAIVE[e.name]!(a as never, b as never);
  }
  const a = v(e.left) as number | null;
  const b = v(e.right) as number | null;
  if (e.op === 'and') return v(e.left) === true && v(e.right) === true;
  if (e.op === 'or') return v(e.left) === true || v(e.right) === true;
  if (e.op === 'eq') return a === b;
  if (e.op === 'ne') return a !== b;
  if (a === null || b === null) return ['gt', 'ge', 'lt', 'le'].includes(e.op) ? false : null;
  const results = {
    gt: a > b,
    ge: a >= b,
    lt: a < b,
    le: a <= b,
    add: a + b,
    sub: a - b,
    mul: a * b,
    div: a / b,
    mod: a % b,
  };
  return results[e.op];
}

for (const set of ['Things', 'Datastreams', 'MultiDatastreams'] as const) {
  test(`$filter, $orderby, $skip, $top and $count of ${set} give what the naive evaluator gives`, async () => {
    const store = memoryStore();
    const orders = fc.array(
      fc.record({ by: fc.constantFrom('name', 'properties/n', 'id').map(path), descending: fc.boolean() }),
      { maxLength: 2 },
    );
    let matched = 0;
    await fc.assert(
      fc.asyncProperty(city, conditions(catalogueAtoms(set)), orders, paging, async (parts, filter, orderby, page) => {
        const source: QueryOptions = { filter, orderby, ...page, count: true };
        const query = planQuery(SETS[set as AnySet], source, { options: limits, now: NOW });
        const context = contextOf(parts, store);
        const { entities, total } = await selectEntities(query, placesToLook(query, context), context);
        const prefixes = prefixesOf(filter);
        const value = (from: Json | null | undefined, segments: readonly string[]) =>
          segments.reduce<unknown>((at, key) => (at as Json | null | undefined)?.[key], from);
        const all = (parts[set] as unknown as Json[]).filter((root) =>
          joined(parts, root, prefixes).some(
            (row) =>
              naive(filter, (segments) => {
                const end = segments.findIndex(isProperty);
                return value(row.get(segments.slice(0, end).join('/')), segments.slice(end));
              }) === true,
          ),
        );
        const rank = (v: unknown) => (v === null || v === undefined ? -1 : v);
        const sorted = all.toSorted((a, b) => {
          for (const { by, descending } of orderby) {
            const segments = by.kind === 'path' ? by.segments : [];
            const [x, y] = [rank(value(a, segments)), rank(value(b, segments))] as [number, number];
            if (x !== y) return (x < y ? -1 : 1) * (descending ? -1 : 1);
          }
          return 0;
        });
        expect([printExpression(filter), total]).toEqual([printExpression(filter), all.length]);
        expect(entities.slice(0, page.top).map((e) => e.id)).toEqual(
          sorted.slice(page.skip, page.skip + page.top).map((e) => e.id),
        );
        matched += all.length;
      }),
      { numRuns: 400 },
    );
    expect(matched).toBeGreaterThan(100);
  });
}
