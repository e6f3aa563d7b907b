/**
 * Every limit of the hub has a test that reaches it, and its row on docs/reference/limits.md. Options are marked in their
 * schema, `.meta({ limit: true })`; a test says which it holds in its title, `[limit journal.maxPendingBytes]`. A number
 * that is no limit says so too, `.meta({ limit: false })`: so none is forgotten.
 */
import type { LimitOption } from '../../services/config/index.ts';
import type { Check } from './check.ts';
import type { GeneratedFile } from './generated.ts';
import { linksTo, taggedTitles } from './tagged-titles.ts';

const PAGE = 'docs/reference/limits.md';

type Load = (root: string) => Promise<readonly LimitOption[]>;

export function limitsCheck(load: Load): Check {
  return {
    name: 'limits',
    run: async ({ root }) => {
      const options = await load(root);
      const titles = taggedTitles(root, 'limit');
      const held = new Set(titles.flatMap(({ names }) => names));
      const known = new Set(options.map(({ path }) => path));
      const limits = options.filter(({ limit }) => limit === true);
      return {
        visited: `${limits.length} limits, ${titles.length} tests that name them`,
        findings: [
          ...options
            .filter(({ limit }) => limit === null)
            .map(({ path }) => `options.ts: say of ${path} whether it is a limit: .meta({ limit: true }) or false`),
          ...limits
            .filter(({ path }) => !held.has(path))
            .map(({ path }) => `options.ts: no test names [limit ${path}]`),
          ...titles.flatMap(({ file, line, names }) =>
            names.filter((name) => !known.has(name)).map((name) => `${file}:${line}: ${name} is no limit`),
          ),
        ],
      };
    },
  };
}

export async function limitPages(root: string, load: Load): Promise<GeneratedFile[]> {
  const limits = (await load(root)).filter(({ limit }) => limit === true);
  const titles = taggedTitles(root, 'limit');
  const groups = Map.groupBy(limits, ({ path }) => path.slice(0, path.indexOf('.')));
  const tables = [...groups].map(([group, rows]) =>
    [
      `## ${group}`,
      '',
      '| Option | Default | What happens there | Held by |',
      '| --- | --- | --- | --- |',
      ...rows.map((one) => {
        const words = one.description.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
        return `| \`${one.path}\` | \`${one.defaultText}\` | ${words} | ${linksTo(titles, one.path)} |`;
      }),
    ].join('\n'),
  );
  return [{ path: PAGE, text: `${INTRODUCTION}\n${tables.join('\n\n')}\n` }];
}

const INTRODUCTION = `# Limits

<!-- Written by \`npm run check -- --write\` from the schemas and the titles of the tests; don't edit it by hand. -->

Nothing in the hub grows without an end. Each limit is an option; this page says what happens when it is reached, and which
tests reach it. What is refused, pushed out or cut off is counted by reason at \`/metrics\`; refusals over HTTP are problem
documents with a code of [the table of errors](../errors.md), and 429 and 503 say in \`Retry-After\` when to come again.
What the hub does when its disk gets full, clients don't read, or too many of them come is told in
[the guide](../guides/limits.md).
`;
