/** Any tree that can be read is planned or refused with a code; ids in conditions become look-ups. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CodedError } from '../../../services/model/index.ts';
import { memoryStore } from '../../../services/timeseries/index.ts';
import { type AnySet, SETS } from '../schema/index.ts';
import {
  BINDING,
  type BinaryOperator,
  DayTime,
  Duration,
  type Expression,
  Geography,
  parseOptions,
  Time,
} from '../syntax/index.ts';
import { CITY, contextOf, limits, NOW } from '../testing/index.ts';
import { FUNCTIONS, planQuery } from './index.ts';

const context = { options: limits, now: NOW };
const words = Object.values(SETS).flatMap((s) => [...s.properties.keys(), ...s.relations.keys()]);
const trees = fc.letrec<{ e: Expression }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc
      .constantFrom(null, true, 5, 2n ** 60n, 'x', '2026-05-01', new Time(NOW), new Duration(1, 5), new DayTime(9))
      .map((value): Expression => ({ kind: 'literal', value, at: 1 })),
    fc.constantFrom('POINT(1 2)', 'x').map((t): Expression => ({ kind: 'literal', value: new Geography(t), at: 1 })),
    fc
      .array(fc.constantFrom(...words, '0', '__proto__'), { minLength: 1, maxLength: 4 })
      .map((segments): Expression => ({ kind: 'path', segments, at: 1 })),
    fc
      .tuple(fc.constantFrom(...FUNCTIONS.keys(), 'toString', 'any'), fc.array(tie('e'), { maxLength: 3 }))
      .map(([name, args]): Expression => ({ kind: 'call', name, args, at: 1 })),
    fc
      .tuple(fc.constantFrom('not' as const, '-' as const), tie('e'))
      .map(([op, operand]): Expression => ({ kind: 'unary', op, operand, at: 1 })),
    fc
      .tuple(fc.constantFrom(...(Object.keys(BINDING) as BinaryOperator[])), tie('e'), tie('e'))
      .map(([op, left, right]): Expression => ({ kind: 'binary', op, left, right, at: 1 })),
    fc
      .tuple(tie('e'), fc.array(tie('e'), { maxLength: 2 }))
      .map(([left, items]): Expression => ({ kind: 'in', left, items, at: 1 })),
  ),
})).e;

test('any condition and order over any set is planned, or refused with a code', () => {
  let planned = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.constantFrom(...(Object.keys(SETS) as AnySet[])), trees, fc.boolean(), (set, e, orders) => {
      const source = orders ? { orderby: [{ by: e, descending: false }] } : { filter: e };
      try {
        planQuery(SETS[set], source, context);
        planned++;
      } catch (error) {
        expect(error).toBeInstanceOf(CodedError);
        expect((error as CodedError).message).toMatch(/^\$(filter|orderby)/);
        refused++;
      }
    }),
    { numRuns: 5000 },
  );
  expect(planned).toBeGreaterThan(300);
  expect(refused).toBeGreaterThan(300);
});

test('ids in a condition are looked up, through relations backwards', () => {
  const { env } = contextOf(CITY, memoryStore());
  const looked = (set: AnySet, filter: string) => {
    const query = planQuery(SETS[set], parseOptions([['$filter', filter]], limits), context);
    const candidates = set === 'Observations' ? query.observations!.streamCandidates : query.candidates;
    return candidates === null ? null : [...candidates(env)];
  };
  const cases: [set: AnySet, filter: string, ids: number[] | null][] = [
    ['Things', 'id eq 2', [2]],
    ['Things', "3 eq @iot.id and name eq 'x'", [3]],
    ['Things', 'id in (3,1,1)', [1, 3]],
    ['Things', "id eq '1' or (id eq 2 or id eq 3)", [1, 2, 3]],
    ['Things', 'Datastreams/id in (3,4)', [2, 3]],
    ['Things', 'Datastreams/id in (3,4) and id eq 1', [1]],
    ['Things', 'Datastreams/Sensor/id eq 1', [1]],
    ['Datastreams', 'Thing/id eq 1', [1, 2]],
    ['Datastreams', 'Thing/Locations/id eq 3', [4, 5]],
    ['Datastreams', 'ObservedProperty/id eq 4 or ObservedProperty/id eq 3', [3, 4, 5]],
    ['Locations', 'Things/Datastreams/id eq 3', [2]],
    ['Observations', 'Datastream/id eq 3', [3]],
    ['Observations', 'Datastream/Thing/id eq 1 and result gt 5', [1, 2]],
    ['Observations', "Datastream/Thing/name eq 'x'", null],
    // What names no ids, or not in every case, is looked for everywhere.
    ['Things', 'id ne 2', null],
    ['Things', 'not (id eq 2)', null],
    ['Things', "id eq 2 or name eq 'x'", null],
    ['Things', 'Datastreams/id eq null', null],
    ['Things', 'id eq Datastreams/id', null],
    ['Things', 'id eq 1 or Datastreams/id eq 1', null],
  ];
  for (const [set, filter, ids] of cases) {
    expect([filter, looked(set, filter)]).toEqual([filter, ids]);
  }
});

test('the ids of Observations that are asked for are known before any row is', () => {
  const ids = (filter: string) =>
    planQuery(SETS.Observations, parseOptions([['$filter', filter]], limits), context).observations!.ids;
  expect(ids('id eq 5')).toEqual([5n]);
  expect(ids("id in (5,'6',99999999999999999999) and result gt 1")).toEqual([5n, 6n]);
  expect(ids('id eq 5 or id eq 6')).toEqual([5n, 6n]);
  expect(ids('id eq 5 or result gt 1')).toBeNull();
  expect(ids('id gt 5')).toBeNull();
});
