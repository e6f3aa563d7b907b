/** What an import may say, checked field by field. The schema is the one truth for the type, the check and the API's page. */
import { z } from 'zod';
import { issueText } from '../config/index.ts';
import { CodedError } from '../model/index.ts';

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a slug of a–z, 0–9 and -');
const thingKey = z.string().min(1).max(200);
const name = z.string().min(1).max(500);
const properties = z.record(z.string(), z.unknown()).optional();

/** DevEUI in any usual spelling, or `<source>:<name>`. */
const deviceKey = z.string().transform((text, context) => {
  const hex = text.replace(/[\s:.-]/g, '').toLowerCase();
  if (/^[0-9a-f]{16}$/.test(hex)) return hex;
  if (/^[a-z][a-z0-9-]*:[^\s#+]{1,120}$/.test(text)) return text;
  context.addIssue({ code: 'custom', message: 'a DevEUI of 16 hexadecimal digits, or <source>:<name>' });
  return z.NEVER;
});

const position = z
  .tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)])
  .rest(z.number())
  .describe('longitude, latitude in WGS 84 degrees [RFC 7946 §3.1.1]');
const geometry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Point'), coordinates: position }),
  z.object({ type: z.literal('LineString'), coordinates: z.array(position).min(2) }),
  z.object({ type: z.literal('Polygon'), coordinates: z.array(z.array(position).min(4)).min(1) }),
  z.object({ type: z.literal('MultiPoint'), coordinates: z.array(position).min(1) }),
  z.object({ type: z.literal('MultiLineString'), coordinates: z.array(z.array(position).min(2)).min(1) }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(z.array(position).min(4)).min(1)).min(1) }),
]);

export const importSchema = z.strictObject({
  organisations: z.array(z.strictObject({ id: slug, name, properties })).default([]),
  things: z
    .array(
      z.strictObject({
        key: thingKey,
        name,
        description: z.string().max(5000).optional(),
        organisation: slug,
        properties,
        parent: thingKey.nullable().optional(),
        location: geometry.optional(),
      }),
    )
    .default([]),
  devices: z
    .array(
      z.strictObject({
        key: deviceKey,
        name: name.optional(),
        organisation: slug,
        thing: thingKey,
        model: z.string().optional(),
        channels: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/), z.string()).optional(),
        domain: z.string().optional(),
        visibility: z.enum(['public', 'organisation', 'internal']).optional(),
        publish: z.array(z.string()).optional(),
        replaces: deviceKey.optional(),
        corrects: z.boolean().optional(),
        properties,
      }),
    )
    .default([]),
});
export type CheckedImport = z.infer<typeof importSchema>;

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;
/**
 * What one import may hold: everything is an upsert, by Organisation id, Thing key and device key, all or nothing. What an
 * entity's later import leaves out stays as it is. The fields are explained in docs/reference/import.md.
 */
export type ImportDocument = Frozen<z.input<typeof importSchema>>;

const MOST_PROBLEMS = 10;
/** Of free properties: deeper ones cannot be printed or searched by everybody who reads them. */
const MOST_DEPTH = 50;

/** Throws CodedError request.body that names every wrong field by its path (the first ten of them). */
export function checkImport(document: unknown): CheckedImport {
  if (depthOf(document) > MOST_DEPTH)
    throw new CodedError('request.body', `the body is nested deeper than ${MOST_DEPTH} levels`);
  const result = importSchema.safeParse(document);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${pathOf(issue.path)}: ${issueText(issue)}`);
  const more = problems.length > MOST_PROBLEMS ? ` (and ${problems.length - MOST_PROBLEMS} more)` : '';
  throw new CodedError('request.body', problems.slice(0, MOST_PROBLEMS).join('; ') + more);
}

/** Levels of nested arrays and objects, counted up to one more than allowed. */
function depthOf(value: unknown): number {
  let level: unknown[] = [value];
  for (let depth = 0; ; depth++) {
    if (depth > MOST_DEPTH) return depth;
    const inner: unknown[] = [];
    for (const one of level)
      if (typeof one === 'object' && one !== null) for (const part of Object.values(one)) inner.push(part);
    if (inner.length === 0) return depth;
    level = inner;
  }
}

function pathOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the body';
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
