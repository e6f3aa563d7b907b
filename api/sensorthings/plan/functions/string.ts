/** String functions. Positions count from 0 in UTF-16 units, as JSON does. */
import { define, type FunctionDef } from './function.ts';

const text = (run: (a: string, b: string) => boolean | number | string, returns: 'boolean' | 'number' | 'string') =>
  define(['string', 'string'], returns, ([a, b]) => run(a as string, b as string));
const single = (run: (a: string) => string | number, returns: 'string' | 'number') =>
  define(['string'], returns, ([a]) => run(a as string));

export const STRING_FUNCTIONS: Readonly<Record<string, FunctionDef>> = {
  // The needle comes first, as in OData 2 and 3.
  substringof: text((needle, hay) => hay.includes(needle), 'boolean'),
  contains: text((hay, needle) => hay.includes(needle), 'boolean'),
  endswith: text((a, b) => a.endsWith(b), 'boolean'),
  startswith: text((a, b) => a.startsWith(b), 'boolean'),
  length: single((a) => a.length, 'number'),
  indexof: text((a, b) => a.indexOf(b), 'number'),
  substring: define(
    ['string', 'number', 'number'],
    'string',
    ([a, from, count]) => {
      const start = Math.max(0, Number(from));
      return (a as string).slice(start, count === undefined ? undefined : start + Math.max(0, Number(count)));
    },
    2,
  ),
  tolower: single((a) => a.toLowerCase(), 'string'),
  toupper: single((a) => a.toUpperCase(), 'string'),
  trim: single((a) => a.trim(), 'string'),
  concat: text((a, b) => a + b, 'string'),
};
