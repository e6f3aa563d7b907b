/** Options from their four sources, checked all at once. The only reader of process.env. */
import type { z } from 'zod';
import { type Group, groupOf, leavesOf } from './leaves.ts';
import { issueLine, strangerLines } from './problems.ts';
import { type Assignment, fromCommandLine, fromEnvironment, fromFile } from './sources.ts';

export interface ConfigSources {
  /** Words after the command. */
  readonly argv: readonly string[];
  /** Default: process.env. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** YAML file that is read when it exists; `--config` or STADTPEGEL_CONFIG name another, which must exist. */
  readonly file?: string;
  /** Short names on the command line: `{ port: 'http.port' }`. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Environment variables with the hub's prefix that are no options. */
  readonly reservedEnv?: readonly string[];
}

export type Loaded<Config> =
  | { readonly ok: true; readonly config: Config }
  /** One line per problem, each with the option's path, what was given, and what was expected. */
  | { readonly ok: false; readonly problems: readonly string[] };

function nested(group: Group, values: ReadonlyMap<string, Assignment>): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [name, member] of group.members) {
    if ('members' in member) object[name] = nested(member, values);
    else if (values.has(member.path)) object[name] = values.get(member.path)!.value;
  }
  return object;
}

/** Rising order: defaults of the schema, file, environment, command line. */
export function loadConfig<S extends z.ZodObject>(schema: S, sources: ConfigSources): Loaded<z.infer<S>> {
  const env = sources.env ?? process.env;
  const group = groupOf(schema);
  const commandLine = fromCommandLine(group, sources.argv, sources.aliases ?? {});
  const named = commandLine.file ?? (env.STADTPEGEL_CONFIG || null);
  const file = fromFile(group, named ?? sources.file ?? 'stadtpegel.yaml', named !== null);
  const reserved = new Set(['STADTPEGEL_CONFIG', ...(sources.reservedEnv ?? [])]);
  const environment = fromEnvironment(group, env, reserved);
  const problems = [...file.problems, ...environment.problems, ...commandLine.problems];

  const values = new Map<string, Assignment>();
  for (const assignment of [...file.assignments, ...environment.assignments, ...commandLine.assignments]) {
    values.set(assignment.leaf.path, assignment);
  }
  for (const { leaf, value, from } of values.values()) problems.push(...strangerLines(leaf, value, from));

  const parsed = schema.safeParse(nested(group, values));
  if (!parsed.success) {
    const leaves = leavesOf(group);
    for (const issue of parsed.error.issues) {
      const text = issue.path.join('.');
      const leaf = leaves.find(({ path }) => text === path || text.startsWith(`${path}.`));
      if (leaf === undefined) {
        problems.push(`${text === '' ? 'options' : text}: ${issue.message}`);
        continue;
      }
      const given = values.get(leaf.path);
      problems.push(
        issueLine(leaf, given?.value, given?.from ?? null, issue, issue.path.slice(leaf.path.split('.').length)),
      );
    }
  }
  return parsed.success && problems.length === 0 ? { ok: true, config: parsed.data } : { ok: false, problems };
}

/** The configuration for printing: secrets that are set read `[hidden]`. */
export function printable(schema: z.ZodObject, config: unknown): Record<string, unknown> {
  const print = (group: Group, value: unknown): Record<string, unknown> =>
    Object.fromEntries(
      [...group.members].map(([name, member]) => {
        const inner = (value as Record<string, unknown>)[name];
        if ('members' in member) return [name, print(member, inner)];
        return [name, member.secret && inner !== null && inner !== undefined ? '[hidden]' : inner];
      }),
    );
  return print(groupOf(schema), config);
}
