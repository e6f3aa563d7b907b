/** Text of the environment or the command line ▸ the value that the option wants. */
import { z } from 'zod';
import { unwrap } from './leaves.ts';

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const TRUE = new Set(['true', 'yes', 'on', '1']);
const FALSE = new Set(['false', 'no', 'off', '0']);

/** Text that does not fit stays text: the schema refuses it then, and the problem shows what was given. */
export function coerce(schema: z.ZodType, text: string): unknown {
  const { inner, nullable } = unwrap(schema);
  if (nullable && (text === 'null' || text === 'none')) return null;
  if (inner instanceof z.ZodNumber) return NUMBER.test(text.trim()) ? Number(text) : text;
  if (inner instanceof z.ZodBoolean) {
    const word = text.trim().toLowerCase();
    return TRUE.has(word) ? true : FALSE.has(word) ? false : text;
  }
  if (inner instanceof z.ZodLiteral) return [...inner.values].find((value) => String(value) === text) ?? text;
  if (inner instanceof z.ZodArray) return list(text, () => inner.element as z.ZodType);
  if (inner instanceof z.ZodTuple) return list(text, (i) => inner.def.items[i] as z.ZodType | undefined);
  if (inner instanceof z.ZodObject || inner instanceof z.ZodRecord) return json(text);
  if (inner instanceof z.ZodUnion) {
    for (const option of inner.options as z.ZodType[]) {
      const value = coerce(option, text);
      if (option.safeParse(value).success) return value;
    }
  }
  return text;
}

function list(text: string, element: (i: number) => z.ZodType | undefined): unknown {
  if (text.trim().startsWith('[')) return json(text);
  if (text.trim() === '') return [];
  return text.split(',').map((item, i) => {
    const schema = element(i);
    return schema === undefined ? item.trim() : coerce(schema, item.trim());
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
