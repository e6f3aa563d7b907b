/** The value of an expression that depends on no entity. */
import { SETS } from '../schema/index.ts';
import type { Expression } from '../syntax/index.ts';
import { compile } from './compile.ts';
import { pathsOf } from './conjuncts.ts';
import type { Program, Scope } from './program.ts';
import type { Value } from './value.ts';

/** undefined: it depends on an entity. */
export function constantOf(e: Expression, now: number): Value | undefined {
  if (pathsOf(e).length > 0) return undefined;
  const program = compile('$filter', e, SETS.Observations);
  return program.constant ? constantValue(program, now) : undefined;
}

function constantValue(program: Program, now: number): Value {
  return program.run({ env: { now } } as Scope);
}
