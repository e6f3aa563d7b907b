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

const limits = (expressionDepth: number) => ({ expressionDepth, expressionOperators: 1000 });
const parse = (text: string): Expression => {
  const cursor = new Cursor('$filter', text, limits(100));
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
    // Keys inside JSON may be any text.
    fc
      .tuple(names, fc.array(fc.oneof(names, fc.string(), fc.nat(9).map(String)), { maxLength: 3 }))
      .map(([first, keys]): Expression => ({ kind: 'path', segments: [first, ...keys], at: 0 })),
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
    '[',
    ']',
    ':',
    'any',
    'groupby',
    'aggregate',
    'bucket',
    'with',
    'as',
    'PT1H',
    '$count',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(words, { maxLength: 20 }).map((w) => w.join('')),
    fc.array(words, { maxLength: 20 }).map((w) => w.join(' ')),
  );
  const options = [
    '$filter',
    '$expand',
    '$select',
    '$orderby',
    '$top',
    '$skip',
    '$count',
    '$resultFormat',
    '$apply',
    '$interval',
    '$nothing',
  ];
  let read = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.constantFrom(...options), text, (name, value) => {
      for (const run of [
        () => parseOptions([[name, value]], limits(100)),
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
    { numRuns: 3000 },
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
    ['result[', /column 8: a position such as 0, or a name in single quotes, expected after '\[', found the end/],
    ['result[-1] eq 1', /column 8: a position such as 0/],
    ["properties['a' eq 1", /column 16: '\]' expected after it, found 'eq'/],
    ['name in 1', /column 9: '\(' expected after in, found '1'/],
    ['time gt 25:00', /column 9: '25:00' is no time of day; write 13:30:00/],
    ['result gt 9e999', /column 11: '9e999' is too large for a number/],
    ['a and', /column 6: a value, a property or a function expected, found the end/],
    ['a/', /column 3: a name after \/ expected, found the end/],
    ['a/b(1)', /an operator after a\/b expected, found '\('/],
  ];
  for (const [text, says] of cases) {
    const error = failure(() => parse(text));
    expect(error.code).toBe('query.syntax');
    expect(error.message).toMatch(says);
  }
});

test('nesting beyond the limit is refused, not a stack overflow [limit sensorthings.expressionDepth]', () => {
  expect(failure(() => parse('('.repeat(50_000))).code).toBe('query.limit');
  expect(failure(() => parseOptions([['$expand', 'a($expand='.repeat(20_000)]], limits(100))).code).toBe('query.limit');
});

test('options inside $expand nest at any depth and survive printing', () => {
  const text =
    "Datastreams($filter=name eq 'a;b)';$expand=Observations($orderby=phenomenonTime desc;$top=1;$count=true),Sensor;$select=name,id),Locations/HistoricalLocations";
  const options = parseOptions([['$expand', text]], limits(100));
  expect(options.expand?.map((e) => e.path)).toEqual([['Datastreams'], ['Locations', 'HistoricalLocations']]);
  expect(options.expand?.[0]?.options.expand?.[0]?.options).toMatchObject({ top: 1, count: true });
  const again = parseOptions(printOptions(options), limits(100));
  expect(bare(again)).toEqual(bare(options));
});

test('an aggregation survives printing', () => {
  const name = fc.constantFrom('mean', 'n_1', 'größe');
  const width = fc.oneof(
    fc.integer({ min: 1, max: 10 ** 10 }).map((ms) => new Duration(0, ms)),
    fc.integer({ min: 1, max: 24 }).map((months) => new Duration(months, 0)),
  );
  const zone = fc.constantFrom(null, 'Europe/Berlin', "it's");
  const key = fc.oneof(
    fc
      .tuple(width, zone)
      .map(([w, z]) => ({ kind: 'bucket' as const, property: 'phenomenonTime', width: w, zone: z, at: 0 })),
    fc.constant({ kind: 'path' as const, segments: ['Datastream', 'id'], at: 0 }),
  );
  const item = fc.oneof(
    fc
      .tuple(fc.constantFrom('average', 'p99.9', 'first'), name)
      .map(([method, as]) => ({ property: 'result', method, as, at: 0 })),
    name.map((as) => ({ property: '$count', method: null, as, at: 0 })),
  );
  const apply = fc.record(
    { filter: tree, keys: fc.array(key, { maxLength: 2 }), items: fc.array(item, { minLength: 1, maxLength: 3 }) },
    { requiredKeys: ['keys', 'items'] },
  );
  fc.assert(
    fc.property(apply, width, zone, (a, w, z) => {
      const options = { apply: a, interval: { width: w, zone: z, at: 0 } };
      expect(bare(parseOptions(printOptions(options), limits(100)))).toEqual(bare(options));
    }),
    { numRuns: 300 },
  );
});

test('a mistake in an aggregation is named with its column', () => {
  const cases: [option: string, text: string, says: RegExp][] = [
    ['$apply', 'x', /column 1: filter\(…\), groupby\(\(…\),aggregate\(…\)\) or aggregate\(…\) expected, found 'x'/],
    ['$apply', 'filter(a eq 1)', /column 15: '\/' expected after filter/],
    ['$apply', 'groupby(a)', /column 9: '\(' expected before the keys of the groups/],
    ['$apply', 'groupby((a))', /column 12: ',' expected after the keys/],
    ['$apply', 'groupby((a),b)', /column 13: aggregate\(…\) expected, found 'b'/],
    ['$apply', 'groupby((1),b)', /column 10: bucket\(phenomenonTime,duration'PT1H'\) or Datastream\/id expected/],
    ['$apply', 'groupby((bucket(phenomenonTime)),x)', /column 31: ',' expected after the property/],
    ['$apply', 'groupby((bucket(phenomenonTime,5)),x)', /column 32: a duration such as duration'PT1H' expected/],
    [
      '$apply',
      "groupby((bucket(phenomenonTime,duration'PT1H',5)),x)",
      /column 47: a time zone such as 'Europe\/Berlin'/,
    ],
    ['$apply', 'aggregate(result)', /column 17: 'as' and a name for the outcome of result expected/],
    ['$apply', 'aggregate(result with 5 as x)', /column 23: a method such as average expected/],
    ['$apply', 'aggregate($count as a-b)', /column 21: a name of letters, digits and _ expected/],
    ['$interval', 'hour', /column 1: a duration such as PT1H or P1D expected, found 'hour'/],
    ['$interval', 'PT1H,Berlin', /column 6: a time zone such as 'Europe\/Berlin' expected, found 'Berlin'/],
  ];
  for (const [option, text, says] of cases) {
    const error = failure(() => parseOptions([[option, text]], limits(9)));
    expect([text, error.code]).toEqual([text, 'query.syntax']);
    expect(error.message).toMatch(says);
  }
});

test('an unknown option is 400, one of OData that the hub lacks is 501, one without its dollar is pointed out', () => {
  expect(failure(() => parseOptions([['$fliter', 'x']], limits(9))).code).toBe('query.option');
  expect(failure(() => parseOptions([['$compute', 'x']], limits(9))).code).toBe('query.unsupported');
  expect(failure(() => parseOptions([['top', '1']], limits(9))).message).toContain('$top');
  expect(
    failure(() =>
      parseOptions(
        [
          ['$top', '1'],
          ['$TOP', '2'],
        ],
        limits(9),
      ),
    ).message,
  ).toContain('twice');
  expect(parseOptions([['token', 'abc']], limits(9))).toEqual({});
});

test('$top and $skip are whole numbers from 0', () => {
  for (const text of ['-1', '1.5', "'1'", 'x', '', '2020-01-01'])
    expect(failure(() => parseOptions([['$top', text]], limits(9))).status).toBe(400);
  expect(parseOptions([['$top', '99999999999999999999']], limits(9)).top).toBe(Number.MAX_SAFE_INTEGER);
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
