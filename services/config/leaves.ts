/** Reads a zod schema of options: which options there are, of which kind, with which default and words. */
import { z } from 'zod';

/** One option: what has a path, a default and a line on the options page. */
export interface Leaf {
  /** `timeseries.batchSize` */
  readonly path: string;
  readonly schema: z.ZodType;
  /** undefined: there is none, the option must be given. */
  readonly defaultValue: unknown;
  readonly description: string;
  /** Marked with `.meta({ secret: true })`: its value is never shown. */
  readonly secret: boolean;
  /**
   * Marked with `.meta({ limit: true })`: it protects the hub, has its row on the page of limits and a test. `false`: a number
   * that is no limit. null: nothing is said.
   */
  readonly limit: boolean | null;
}

/** A group of options (an object), by name. */
export interface Group {
  readonly path: string;
  readonly members: ReadonlyMap<string, Group | Leaf>;
}

interface Unwrapped {
  readonly inner: z.ZodType;
  readonly defaultValue: unknown;
  readonly nullable: boolean;
  readonly optional: boolean;
}

/** Takes `default`, `nullable`, `optional` and their kind off a schema and remembers what they said. */
export function unwrap(schema: z.ZodType): Unwrapped {
  let inner = schema;
  let defaultValue: unknown;
  let nullable = false;
  let optional = false;
  for (;;) {
    if (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
      defaultValue ??= inner.def.defaultValue;
      inner = inner.def.innerType as z.ZodType;
    } else if (inner instanceof z.ZodNullable) {
      nullable = true;
      inner = inner.def.innerType as z.ZodType;
    } else if (inner instanceof z.ZodOptional) {
      optional = true;
      inner = inner.def.innerType as z.ZodType;
    } else if (inner instanceof z.ZodReadonly || inner instanceof z.ZodNonOptional) {
      inner = inner.def.innerType as z.ZodType;
    } else if (inner instanceof z.ZodPipe && inner.def.in instanceof z.ZodType) {
      inner = inner.def.in;
    } else {
      return { inner, defaultValue: defaultValue === undefined && nullable ? null : defaultValue, nullable, optional };
    }
  }
}

function words(schema: z.ZodType): Pick<Leaf, 'description' | 'secret' | 'limit'> {
  let description = '';
  let secret = false;
  let limit: boolean | null = null;
  for (let at: unknown = schema; at instanceof z.ZodType; at = (at.def as { innerType?: unknown }).innerType) {
    const meta = at.meta() as { description?: string; secret?: boolean; limit?: boolean } | undefined;
    description ||= meta?.description ?? '';
    secret ||= meta?.secret === true;
    limit ??= meta?.limit ?? null;
  }
  return { description, secret, limit };
}

/** An object whose default is null or that may be left out is one option, else a group. */
function isGroup(schema: z.ZodType): z.ZodObject | null {
  const { inner, nullable, optional } = unwrap(schema);
  return inner instanceof z.ZodObject && !nullable && !optional ? inner : null;
}

export function groupOf(schema: z.ZodObject, path = ''): Group {
  const members = new Map<string, Group | Leaf>();
  for (const [name, member] of Object.entries(schema.shape) as [string, z.ZodType][]) {
    const at = path === '' ? name : `${path}.${name}`;
    const group = isGroup(member);
    if (group !== null) members.set(name, groupOf(group, at));
    else members.set(name, { path: at, schema: member, defaultValue: unwrap(member).defaultValue, ...words(member) });
  }
  return { path, members };
}

export function leavesOf(group: Group): Leaf[] {
  return [...group.members.values()].flatMap((member) => ('members' in member ? leavesOf(member) : [member]));
}

/** `timeseries.batchSize` ▸ `STADTPEGEL_TIMESERIES_BATCH_SIZE` */
export function environmentName(path: string): string {
  const snake = path.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replaceAll('.', '_');
  return `STADTPEGEL_${snake.toUpperCase()}`;
}
