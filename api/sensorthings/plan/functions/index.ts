/** The built-in functions of $filter and $orderby, by name. One file per group of the standard's table. */
import { DATE_FUNCTIONS } from './date.ts';
import type { FunctionDef } from './function.ts';
import { GEO_FUNCTIONS } from './geo.ts';
import { MATH_FUNCTIONS } from './math.ts';
import { SPAN_FUNCTIONS } from './span.ts';
import { STRING_FUNCTIONS } from './string.ts';

export type { FunctionDef } from './function.ts';

export const FUNCTIONS: ReadonlyMap<string, FunctionDef> = new Map(
  Object.entries({ ...STRING_FUNCTIONS, ...DATE_FUNCTIONS, ...SPAN_FUNCTIONS, ...MATH_FUNCTIONS, ...GEO_FUNCTIONS }),
);
