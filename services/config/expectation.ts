/** What an option may be, in words: `a whole number from 0 to 65535`, `one of "json", "text"`. */
import { z } from 'zod';
import { unwrap } from './leaves.ts';

function span(least: number | null | undefined, most: number | null | undefined, unit = ''): string {
  const low = Number.isFinite(least) && least! > Number.MIN_SAFE_INTEGER ? least : null;
  const high = Number.isFinite(most) && most! < Number.MAX_SAFE_INTEGER ? most : null;
  if (low !== null && high !== null) return ` from ${low} to ${high}${unit}`;
  if (low !== null) return ` of at least ${low}${unit}`;
  return high === null ? '' : ` of at most ${high}${unit}`;
}

export function expectation(schema: z.ZodType): string {
  const { inner, nullable } = unwrap(schema);
  return `${kind(inner)}${nullable ? ' or null' : ''}`;
}

/** True for `positive()` and `gt(…)`: the bound itself is not allowed. */
function excluded(schema: z.ZodNumber, bound: number): boolean {
  return (schema.def.checks ?? []).some(({ _zod: { def } }) => {
    const { check, value, inclusive } = def as { check: string; value?: unknown; inclusive?: boolean };
    return check === 'greater_than' && value === bound && inclusive === false;
  });
}

function kind(schema: z.ZodType): string {
  if (schema instanceof z.ZodNumber) {
    const kind = schema.isInt ? 'a whole number' : 'a number';
    const least = schema.minValue;
    if (least === null || !excluded(schema, least)) return `${kind}${span(least, schema.maxValue)}`;
    return `${kind} above ${least}${span(null, schema.maxValue)}`.replace(' of at most', ', at most');
  }
  if (schema instanceof z.ZodBoolean) return 'true or false';
  if (schema instanceof z.ZodEnum) return `one of ${schema.options.map((option) => JSON.stringify(option)).join(', ')}`;
  if (schema instanceof z.ZodLiteral) return [...schema.values].map((value) => JSON.stringify(value)).join(' or ');
  if (schema instanceof z.ZodURL) return 'a web address';
  if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat) {
    if (schema.minLength === 1 && schema.maxLength === null) return 'text, not empty';
    return `text${span(schema.minLength, schema.maxLength, ' characters')}`;
  }
  if (schema instanceof z.ZodArray) return `a list, each item ${expectation(schema.element as z.ZodType)}`;
  if (schema instanceof z.ZodTuple) {
    return `a list of ${schema.def.items.length}: ${schema.def.items.map((item) => expectation(item as z.ZodType)).join('; ')}`;
  }
  if (schema instanceof z.ZodRecord) return `an object, each value ${expectation(schema.valueType as z.ZodType)}`;
  if (schema instanceof z.ZodObject) return `an object with ${Object.keys(schema.shape).join(', ')}`;
  if (schema instanceof z.ZodUnion)
    return schema.options.map((option) => expectation(option as z.ZodType)).join(', or ');
  return 'another value';
}
