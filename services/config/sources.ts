/** Where options come from. Each source gives assignments (option, value, where it stood) and the problems it met. */
import { existsSync, readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { coerce } from './coerce.ts';
import { environmentName, type Group, type Leaf, leavesOf } from './leaves.ts';
import { nearest } from './nearest.ts';

export interface Assignment {
  readonly leaf: Leaf;
  readonly value: unknown;
  /** For problems: `stadtpegel.yaml`, `environment STADTPEGEL_HTTP_PORT`, `command line --http.port`. */
  readonly from: string;
}

export interface Gathered {
  readonly assignments: readonly Assignment[];
  readonly problems: readonly string[];
}

function unknownOption(where: string, name: string, known: Iterable<string>, dashes = ''): string {
  const meant = nearest(name, known);
  return `${where}: there is no option ${dashes}${name}${meant === null ? '' : `; did you mean ${dashes}${meant}?`}`;
}

/** A value from the file as options: descends where the schema has groups. */
function descend(
  group: Group,
  value: unknown,
  from: string,
  all: readonly string[],
  into: Assignment[],
  problems: string[],
) {
  if (value === null || value === undefined) return; // `http:` with nothing below
  if (typeof value !== 'object' || Array.isArray(value)) {
    problems.push(`${group.path || 'the file'} (${from}): expected names of options, each with a value`);
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    const member = group.members.get(name);
    const path = group.path === '' ? name : `${group.path}.${name}`;
    if (member === undefined) problems.push(unknownOption(from, path, [...group.members.keys(), ...all]));
    else if ('members' in member) descend(member, inner, from, all, into, problems);
    else into.push({ leaf: member, value: inner, from });
  }
}

/** YAML 1.2. `required`: it was named by the user, so it must exist. */
export function fromFile(group: Group, file: string, required: boolean): Gathered {
  if (!required && !existsSync(file)) return { assignments: [], problems: [] };
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return {
      assignments: [],
      problems: [`${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? error})`],
    };
  }
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0) {
    return { assignments: [], problems: document.errors.map((e) => `${file}: ${e.message.split('\n')[0]}`) };
  }
  const assignments: Assignment[] = [];
  const problems: string[] = [];
  const all = leavesOf(group).map((leaf) => leaf.path);
  try {
    descend(group, document.toJS({ maxAliasCount: 100 }), file, all, assignments, problems);
  } catch (error) {
    problems.push(`${file}: ${(error as Error).message}`);
  }
  return { assignments, problems };
}

/** Kubernetes gives every pod such variables for a service called `stadtpegel`; they are not meant for the hub. */
const FOREIGN = /^STADTPEGEL_(SERVICE_(HOST|PORT)|PORT$|PORT_\d+_)/;

/** `…_TOKEN_FILE=/run/secrets/token`: a secret from a file, as container platforms hand them out. */
function secretFile(leaf: Leaf, file: string, from: string, assignments: Assignment[], problems: string[]) {
  try {
    assignments.push({ leaf, value: coerce(leaf.schema, readFileSync(file, 'utf8').trim()), from });
  } catch (error) {
    problems.push(`${leaf.path} (${from}): ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? error})`);
  }
}

/** An empty variable counts as not set: that is what compose files give for `${X:-}`. */
export function fromEnvironment(
  group: Group,
  env: Readonly<Record<string, string | undefined>>,
  reserved: Set<string>,
): Gathered {
  const byName = new Map(leavesOf(group).map((leaf) => [environmentName(leaf.path), leaf]));
  const assignments: Assignment[] = [];
  const problems: string[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('STADTPEGEL_') || text === undefined || text === '' || reserved.has(name)) continue;
    const leaf = byName.get(name);
    const secret = name.endsWith('_FILE') ? byName.get(name.slice(0, -'_FILE'.length)) : undefined;
    if (secret?.secret) secretFile(secret, text, `environment ${name}`, assignments, problems);
    else if (leaf !== undefined)
      assignments.push({ leaf, value: coerce(leaf.schema, text), from: `environment ${name}` });
    else if (!FOREIGN.test(name)) problems.push(unknownOption('environment', name, byName.keys()));
  }
  return { assignments, problems };
}

/** `--http.port 8080`, `--http.port=8080`, `--demo` (a true), `--port` by alias. A repeated list option adds to it. */
export function fromCommandLine(
  group: Group,
  argv: readonly string[],
  aliases: Readonly<Record<string, string>>,
): Gathered & { readonly file: string | null } {
  const byPath = new Map(leavesOf(group).map((leaf) => [leaf.path, leaf]));
  const texts = new Map<string, { leaf: Leaf; text: string }>();
  const problems: string[] = [];
  let file: string | null = null;
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (!word.startsWith('--')) {
      problems.push(`command line: ${JSON.stringify(word)} belongs to no option`);
      continue;
    }
    const equals = word.indexOf('=');
    const name = word.slice(2, equals < 0 ? undefined : equals);
    const leaf = byPath.get(Object.hasOwn(aliases, name) ? aliases[name]! : name);
    if (leaf === undefined && name !== 'config') {
      const known = [...byPath.keys(), ...Object.keys(aliases), 'config'];
      problems.push(unknownOption('command line', name, known, '--'));
      if (equals < 0 && argv[i + 1]?.startsWith('--') === false) i++;
      continue;
    }
    let text: string | undefined = equals < 0 ? undefined : word.slice(equals + 1);
    if (text === undefined && argv[i + 1]?.startsWith('--') === false) text = argv[++i];
    if (text === undefined && leaf !== undefined && coerce(leaf.schema, 'true') === true) text = 'true';
    if (text === undefined) problems.push(`command line: --${name} needs a value`);
    else if (leaf === undefined) file = text;
    else {
      const before = texts.get(name);
      const repeats = before !== undefined && Array.isArray(coerce(leaf.schema, ''));
      texts.set(name, { leaf, text: repeats ? `${before.text},${text}` : text });
    }
  }
  const assignments = [...texts].map(([name, { leaf, text }]) => ({
    leaf,
    value: coerce(leaf.schema, text),
    from: `command line --${name}`,
  }));
  return { assignments, problems, file };
}
