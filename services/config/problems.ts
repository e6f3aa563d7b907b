/** What zod found, as lines that an operator can act on: path, what was given and where, what was expected. */
import { z } from 'zod';
import { expectation } from './expectation.ts';
import { type Leaf, unwrap } from './leaves.ts';
import { nearest } from './nearest.ts';

const SHOWN_CHARACTERS = 60;

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  // a user with password in an address
  const text = (JSON.stringify(value) ?? String(value)).replace(/\/\/[^/@"]*@/g, '//[hidden]@');
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

function pathText(base: string, path: readonly PropertyKey[]): string {
  return base + path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[step],
    value,
  );
}

/** The schema that stands at a path below an option, or null where it can't be said (unions, transforms). */
function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | null {
  if (path.length === 0) return schema;
  const { inner } = unwrap(schema);
  const [step, ...rest] = path;
  if (inner instanceof z.ZodArray) return schemaAt(inner.element as z.ZodType, rest);
  if (inner instanceof z.ZodTuple) {
    const item = inner.def.items[Number(step)];
    return item === undefined ? null : schemaAt(item as z.ZodType, rest);
  }
  if (inner instanceof z.ZodRecord) return schemaAt(inner.valueType as z.ZodType, rest);
  if (inner instanceof z.ZodObject) {
    const member = (inner.shape as Record<PropertyKey, z.ZodType>)[step!];
    return member === undefined ? null : schemaAt(member, rest);
  }
  return null;
}

export function issueLine(
  leaf: Leaf,
  value: unknown,
  from: string | null,
  issue: z.core.$ZodIssue,
  path: readonly PropertyKey[],
): string {
  const where = `${pathText(leaf.path, path)}${from === null ? '' : ` (${from})`}`;
  const given = leaf.secret ? '[hidden]' : shown(at(value, path));
  if (from === null && value === undefined) return `${leaf.path}: must be given; expected ${expectation(leaf.schema)}`;
  if (issue.code === 'custom') return `${where}: ${issue.message}; given ${given}`;
  const schema = schemaAt(leaf.schema, path);
  return `${where}: given ${given}, expected ${schema === null ? issue.message : expectation(schema)}`;
}

/** Names inside a value (a list of objects, an object option) that the schema does not know: zod would drop them in silence. */
export function strangerLines(leaf: Leaf, value: unknown, from: string): string[] {
  const lines: string[] = [];
  const visit = (schema: z.ZodType, inner: unknown, path: readonly PropertyKey[]) => {
    if (inner === null || typeof inner !== 'object') return;
    const { inner: bare } = unwrap(schema);
    for (const [name, member] of Object.entries(inner)) {
      const step = Array.isArray(inner) ? Number(name) : name;
      const below = schemaAt(bare, [step]);
      if (below !== null) visit(below, member, [...path, step]);
      else if (bare instanceof z.ZodObject && bare.def.catchall === undefined) {
        const meant = nearest(name, Object.keys(bare.shape));
        const proposal = meant === null ? '' : `; did you mean ${meant}?`;
        lines.push(`${pathText(leaf.path, [...path, step])} (${from}): there is no such option${proposal}`);
      }
    }
  };
  visit(leaf.schema, value, []);
  return lines;
}
