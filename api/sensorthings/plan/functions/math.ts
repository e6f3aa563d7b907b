/** Math functions [STA table 23]. */
import { define, type FunctionDef } from './function.ts';

const rounding = (run: (n: number) => number) => define(['number'], 'number', ([n]) => run(Number(n)));

export const MATH_FUNCTIONS: Readonly<Record<string, FunctionDef>> = {
  // Half away from zero, as OData says; Math.round takes -2.5 to -2.
  round: rounding((n) => Math.sign(n) * Math.round(Math.abs(n))),
  floor: rounding(Math.floor),
  ceiling: rounding(Math.ceil),
};
