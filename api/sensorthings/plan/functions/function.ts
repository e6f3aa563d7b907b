import type { ValueType } from '../../schema/index.ts';
import type { Value } from '../value.ts';

/** One built-in function [STA table 23]. A null argument gives null without a call. */
export interface FunctionDef {
  /** Types of the arguments; those from `required` on may be left out. */
  readonly args: readonly ValueType[];
  readonly required: number;
  readonly returns: ValueType;
  /** `now`: milliseconds since 1970, the same for the whole request. */
  run(args: readonly Value[], now: number): Value;
  /** What is wrong with arguments that are known before any entity is (undefined: not known); null: nothing. */
  check?(args: readonly (Value | undefined)[]): string | null;
}

export function define(
  args: readonly ValueType[],
  returns: ValueType,
  run: FunctionDef['run'],
  required: number = args.length,
): FunctionDef {
  return { args, required, returns, run };
}
