/** What the comparisons with a naive evaluator share: surroundings, and random conditions. */
import fc from 'fast-check';
import { ADMIN } from '../../../services/access/index.ts';
import type { LatestReader, ObservationSource } from '../../../services/timeseries/index.ts';
import { options } from '../options.ts';
import { Caches, Pace, RequestContext, Turns, VisibleCatalogue } from '../rows/index.ts';
import type { Binary, Expression, Time } from '../syntax/index.ts';
import { type CatalogueParts, catalogueOf } from './catalogue.ts';
import { NOW } from './city.ts';

const clock = { now: () => NOW };
/** Memory that knows nothing yet: the store is asked. */
const UNKNOWN: LatestReader = { get: () => null, newest: () => undefined, extent: () => undefined };
export const limits = options.parse({});

export function contextOf(parts: CatalogueParts, store: ObservationSource): RequestContext {
  return new RequestContext({
    store,
    latest: UNKNOWN,
    caches: new Caches(limits),
    options: limits,
    view: new VisibleCatalogue(catalogueOf(parts), ADMIN),
    reader: ADMIN,
    pace: new Pace(clock, new Turns(() => false), 60_000),
    now: NOW,
    made: { organisation: 'hub', visibility: 'internal' },
  });
}

export const literal = (value: number | string | null | Time): Expression => ({ kind: 'literal', value, at: 1 });
export const path = (text: string): Expression => ({ kind: 'path', segments: text.split('/'), at: 1 });
export const binary = (op: Binary['op'], left: Expression, right: Expression): Expression => ({
  kind: 'binary',
  op,
  left,
  right,
  at: 1,
});
export const comparison = fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le') as fc.Arbitrary<Binary['op']>;

/** Conditions of a given grain, joined by and, or, not. */
export function conditions(atom: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> {
  return fc.letrec<{ c: Expression }>((tie) => ({
    c: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      atom,
      fc
        .tuple(fc.constantFrom('and' as const, 'or' as const), tie('c'), tie('c'))
        .map(([op, a, b]) => binary(op, a, b)),
      tie('c').map((operand): Expression => ({ kind: 'unary', op: 'not', operand, at: 1 })),
    ),
  })).c;
}

/** Small whole numbers, so that conditions hold often enough. */
export const small = fc.integer({ min: 1, max: 4 });
export const paging = fc.record({ top: fc.integer({ min: 0, max: 5 }), skip: fc.integer({ min: 0, max: 3 }) });
