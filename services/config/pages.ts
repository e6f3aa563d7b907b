/** The options for people: a page of the docs, a sample environment file, the text of `--help`. Made from the schema only. */
import type { z } from 'zod';
import { expectation } from './expectation.ts';
import { environmentName, groupOf, type Leaf, leavesOf } from './leaves.ts';

/** As it is printed on pages. */
export function defaultText(leaf: Leaf): string {
  if (leaf.defaultValue === undefined) return 'none, must be given';
  if (leaf.secret && leaf.defaultValue !== null) return '[hidden]';
  return typeof leaf.defaultValue === 'string' ? leaf.defaultValue : JSON.stringify(leaf.defaultValue);
}

function byGroup(schema: z.ZodObject): Map<string, Leaf[]> {
  const groups = new Map<string, Leaf[]>();
  for (const leaf of leavesOf(groupOf(schema))) {
    const name = leaf.path.includes('.') ? leaf.path.slice(0, leaf.path.indexOf('.')) : '';
    groups.set(name, [...(groups.get(name) ?? []), leaf]);
  }
  return groups;
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
const code = (text: string) => (text === '' ? '(empty)' : `\`${text.replaceAll('|', '\\|').replaceAll('`', "'")}\``);

/** Markdown: one table per group. */
export function optionsPage(schema: z.ZodObject): string {
  const tables = [...byGroup(schema)].map(([name, leaves]) => {
    const rows = leaves.map(
      (leaf) =>
        `| ${code(leaf.path)} | ${code(environmentName(leaf.path))} | ${cell(expectation(leaf.schema))}${leaf.secret ? ' (secret)' : ''} | ${code(defaultText(leaf))} | ${cell(leaf.description)} |`,
    );
    return [
      `## ${name === '' ? 'General' : name}`,
      '',
      '| Option | Environment | Value | Default | Meaning |',
      '|---|---|---|---|---|',
      ...rows,
    ].join('\n');
  });
  return [
    '# Options',
    '',
    'Generated from the schemas in the code. Rising order: defaults, `stadtpegel.yaml` (or `--config <file>`), environment,',
    'command line (`--http.port 8080`). All problems are reported together at the start.',
    '',
    tables.join('\n\n'),
    '',
  ].join('\n');
}

/** `.env.example`: every option commented out with its default. */
export function envExample(schema: z.ZodObject): string {
  const lines = ['# Every option of the hub with its default. Generated; uncomment what you change.', ''];
  for (const [name, leaves] of byGroup(schema)) {
    lines.push(`# ---- ${name === '' ? 'general' : name}`);
    for (const leaf of leaves) {
      const value =
        leaf.defaultValue === undefined || leaf.defaultValue === null || leaf.secret ? '' : defaultText(leaf);
      lines.push(`# ${leaf.description} (${expectation(leaf.schema)})`, `#${environmentName(leaf.path)}=${value}`);
    }
    lines.push('');
  }
  return lines.join('\n');
}

/** For `--help`. */
export function usage(schema: z.ZodObject, aliases: Readonly<Record<string, string>> = {}): string {
  const short = new Map(Object.entries(aliases).map(([alias, path]) => [path, alias]));
  const lines = ['Options (also in stadtpegel.yaml, or as environment variables STADTPEGEL_…):', '  --config <file>'];
  for (const leaf of leavesOf(groupOf(schema))) {
    const alias = short.get(leaf.path);
    const same = alias === undefined || alias === leaf.path ? '' : `, --${alias}`;
    lines.push(`  --${leaf.path}${same}`, `      ${leaf.description} Default: ${defaultText(leaf)}`);
  }
  return `${lines.join('\n')}\n`;
}
