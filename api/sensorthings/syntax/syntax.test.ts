import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CodedError } from '../../../services/model/index.ts';
import {
  BINDING,
  type BinaryOperator,
  Cursor,
  DayTime,
  Duration,
  type Expression,
  Geography,
  parseExpression,
  parseOptions,
  parseQueryString,
  parseResourcePath,
  printExpression,
  printOptions,
  Time,
} from './index.ts';

const parse = (text: string): Expression => {
  const cursor = new Cursor('$filter', text, 100);
  const tree = parseExpression(cursor);
  cursor.expectEnd();
  return tree;
};
/** Columns differ between a text and its print. */
const bare = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, v) =>
      key === 'at' ? undefined : typeof v === 'bigint' ? `${v}n` : v instanceof Time ? { time: [v.start, v.end] } : v,
    ),
  );

const failure = (run: () => unknown): CodedError => {
  try {
    run();
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

const names = fc.constantFrom('name', 'result', '@iot.id', 'Datastream', 'nothing', 'a_1', 'größe');
const tree = fc.letrec<{ e: Expression }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc
      .oneof(
        fc.string(),
        // Whole numbers beyond 2^53 are read as bigint.
        fc
          .double({ noNaN: true, noDefaultInfinity: true })
          .filter((n) => !Number.isInteger(n) || Number.isSafeInteger(n)),
        fc.bigInt({ min: 2n ** 60n, max: 2n ** 70n }),
        fc.constantFrom(null, true, false),
        fc.integer({ min: 0, max: 2 ** 42 }).map((t) => new Time(t)),
        fc.integer({ min: 0, max: 2 ** 42 }).map((t) => new Time(t, t + 1000)),
        fc.integer({ min: 0, max: 86_399_999 }).map((ms) => new DayTime(ms)),
        fc.tuple(fc.nat(30), fc.nat(10 ** 9)).map(([m, ms]) => new Duration(m, ms)),
        fc.string().map((s) => new Geography(s)),
      )
      .map((value): Expression => ({ kind: 'literal', value: Object.is(value, -0) ? 0 : value, at: 0 })),
    fc.array(names, { minLength: 1, maxLength: 4 }).map((segments): Expression => ({ kind: 'path', segments, at: 0 })),
    fc
      .tuple(fc.constantFrom('length', 'geo.distance', 'now'), fc.array(tie('e'), { maxLength: 3 }))
      .map(([name, args]): Expression => ({ kind: 'call', name, args, at: 0 })),
    fc
      .tuple(fc.constantFrom('not' as const, '-' as const), tie('e'))
      .map(([op, operand]): Expression => ({ kind: 'unary', op, operand, at: 0 })),
    fc
      .tuple(fc.constantFrom(...(Object.keys(BINDING) as BinaryOperator[])), tie('e'), tie('e'))
      .map(([op, left, right]): Expression => ({ kind: 'binary', op, left, right, at: 0 })),
    fc
      .tuple(tie('e'), fc.array(tie('e'), { minLength: 1, maxLength: 3 }))
      .map(([left, items]): Expression => ({ kind: 'in', left, items, at: 0 })),
  ),
})).e;

test('a printed tree reads as the same tree', () => {
  fc.assert(
    fc.property(tree, (e) => {
      expect(bare(parse(printExpression(e)))).toEqual(bare(e));
    }),
    { numRuns: 500 },
  );
});

test('any text is read or refused with a code, never anything else', () => {
  const words = fc.constantFrom(
    '$filter',
    'eq',
    'and',
    'not',
    '(',
    ')',
    "'",
    ',',
    ';',
    '/',
    '=',
    '-',
    '$top',
    '1',
    '2020-01-01',
    'in',
    'x',
    ' ',
    '%',
    "duration'",
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(words, { maxLength: 20 }).map((w) => w.join('')),
    fc.array(words, { maxLength: 20 }).map((w) => w.join(' ')),
  );
  const options = ['$filter', '$expand', '$select', '$orderby', '$top', '$skip', '$count', '$resultFormat', '$nothing'];
  let read = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.constantFrom(...options), text, (name, value) => {
      for (const run of [
        () => parseOptions([[name, value]], 100),
        () => parseQueryString(value),
        () => parseResourcePath(value),
      ]) {
        try {
          run();
          read++;
        } catch (error) {
          expect(error).toBeInstanceOf(CodedError);
          refused++;
        }
      }
    }),
    { numRuns: 1000 },
  );
  expect(read).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(100);
});

test('and binds stronger than or, arithmetic stronger than comparison, not weaker than comparison', () => {
  expect(printExpression(parse('a eq 1 or b eq 2 and c eq 3'))).toBe('a eq 1 or b eq 2 and c eq 3');
  expect(bare(parse('a or b and c'))).toEqual(bare(parse('a or (b and c)')));
  expect(bare(parse('a add 2 mul 3 gt 4'))).toEqual(bare(parse('(a add (2 mul 3)) gt 4')));
  expect(bare(parse('not a eq 1 and b'))).toEqual(bare(parse('(not (a eq 1)) and b')));
  expect(bare(parse('a sub b sub c'))).toEqual(bare(parse('(a sub b) sub c')));
});

test('a mistake is named with its column and what would be right', () => {
  const cases: [text: string, says: RegExp][] = [
    ["name eq 'x", /column 9: the text has no closing quote/],
    ['result > 3', /column 8: '>' has no meaning here; comparisons are eq/],
    ['(result gt 3', /column 13: '\)' expected to close the one at column 1, found the end/],
    ['result gt', /column 10: a value, a property or a function expected, found the end/],
    ['result gt 3 result', /column 13: end of the option/],
    ['name eq "x"', /single quotes/],
    ['time gt 2020-13-01', /column 9: '2020-13-01' is no time/],
    ["time gt duration'5'", /is no duration; write duration'PT24H'/],
    ['eq 3', /column 1: a value before this operator expected/],
    ['length(name', /'\)' expected or ',' after length/],
  ];
  for (const [text, says] of cases) {
    const error = failure(() => parse(text));
    expect(error.code).toBe('query.syntax');
    expect(error.message).toMatch(says);
  }
});

test('nesting beyond the limit is refused, not a stack overflow', () => {
  expect(failure(() => parse('('.repeat(50_000))).code).toBe('query.limit');
  expect(failure(() => parseOptions([['$expand', 'a($expand='.repeat(20_000)]], 100)).code).toBe('query.limit');
});

test('options inside $expand nest at any depth and survive printing', () => {
  const text =
    "Datastreams($filter=name eq 'a;b)';$expand=Observations($orderby=phenomenonTime desc;$top=1;$count=true),Sensor;$select=name,id),Locations/HistoricalLocations";
  const options = parseOptions([['$expand', text]], 100);
  expect(options.expand?.map((e) => e.path)).toEqual([['Datastreams'], ['Locations', 'HistoricalLocations']]);
  expect(options.expand?.[0]?.options.expand?.[0]?.options).toMatchObject({ top: 1, count: true });
  const again = parseOptions(printOptions(options), 100);
  expect(bare(again)).toEqual(bare(options));
});

test('an unknown option is 400, one of OData that the hub lacks is 501, one without its dollar is pointed out', () => {
  expect(failure(() => parseOptions([['$fliter', 'x']], 9)).code).toBe('query.option');
  expect(failure(() => parseOptions([['$apply', 'x']], 9)).code).toBe('query.unsupported');
  expect(failure(() => parseOptions([['top', '1']], 9)).message).toContain('$top');
  expect(
    failure(() =>
      parseOptions(
        [
          ['$top', '1'],
          ['$TOP', '2'],
        ],
        9,
      ),
    ).message,
  ).toContain('twice');
  expect(parseOptions([['token', 'abc']], 9)).toEqual({});
});

test('$top and $skip are whole numbers from 0', () => {
  for (const text of ['-1', '1.5', "'1'", 'x', '', '2020-01-01'])
    expect(failure(() => parseOptions([['$top', text]], 9)).status).toBe(400);
  expect(parseOptions([['$top', '99999999999999999999']], 9).top).toBe(Number.MAX_SAFE_INTEGER);
});

test('an address takes whole numbers as ids, quoted or not', () => {
  expect(parseResourcePath("/Things(1)/Datastreams('2')/$ref")).toEqual([
    { name: 'Things', id: 1n },
    { name: 'Datastreams', id: 2n },
    { name: '$ref', id: null },
  ]);
  for (const path of ['/Things(x)', '/Things()', '/Things(1', '/Things(1)(2)'])
    expect(failure(() => parseResourcePath(path)).code).toBe('notFound');
});
