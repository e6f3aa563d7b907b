/**
 * Every requirement of the standard has a test that proves it, and the hub claims just those. A test says what it proves in its
 * title, or in that of a `describe` around it: `test('counts what matches [req request-data/count]', …)`.
 */
import type { Check } from './check.ts';
import type { GeneratedFile } from './generated.ts';
import { REQUIREMENT_ROOT, REQUIREMENTS } from './requirement-list.ts';
import { linksTo, taggedTitles } from './tagged-titles.ts';

const PAGE = 'docs/reference/sensorthings-requirements.md';

/** `claimed`: the URIs of the landing page. */
export function requirementsCheck(claimed: readonly string[], list: typeof REQUIREMENTS = REQUIREMENTS): Check {
  const known = new Set(list.map(([uri]) => uri));
  return {
    name: 'requirements of SensorThings',
    run: async ({ root }) => {
      const proofs = taggedTitles(root, 'req');
      const proved = new Set(proofs.flatMap(({ names }) => names));
      const claims = new Set(claimed.map((uri) => uri.replace(REQUIREMENT_ROOT, '')));
      return {
        visited: `${list.length} requirements, ${proofs.length} tests that name them`,
        findings: [
          ...list.filter(([uri]) => !proved.has(uri)).map(([uri]) => `test/conformance: no test proves ${uri}`),
          ...proofs.flatMap(({ file, line, names }) =>
            names.filter((uri) => !known.has(uri)).map((uri) => `${file}:${line}: ${uri} is no requirement`),
          ),
          ...list.filter(([uri]) => !claims.has(uri)).map(([uri]) => `api/sensorthings: the landing page lacks ${uri}`),
          ...[...claims].filter((uri) => !known.has(uri)).map((uri) => `api/sensorthings: ${uri} is no requirement`),
        ],
      };
    },
  };
}

/** The table for people: each requirement with its tests. */
export function requirementPages(root: string): GeneratedFile[] {
  const proofs = taggedTitles(root, 'req');
  const rows = REQUIREMENTS.map(([uri, clause, asks]) => {
    return `| \`${uri}\` | ${clause} | ${asks} | ${linksTo(proofs, uri)} |`;
  });
  const without = REQUIREMENTS.filter(([uri]) => !proofs.some(({ names }) => names.includes(uri)));
  const text = `# Requirements of SensorThings 1.1 and their tests

<!-- Written by \`npm run check -- --write\` from the titles of the tests; don't edit it by hand. -->

Every requirement of [OGC 18-088](https://docs.ogc.org/is/18-088/18-088.html), with the tests that prove it. Their URIs begin with
\`${REQUIREMENT_ROOT}\`. What the hub claims on its landing page (\`serverSettings.conformance\`) is this list; those of
MQTT only where its broker listens. Tests that need Mosquitto's clients are skipped where they are not installed; in CI that is a failure,
so a change passes only if all of them ran. Requirements: ${REQUIREMENTS.length}. Without a test: ${without.length}.

| Requirement | Clause | Asks | Proved by |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
  return [{ path: PAGE, text }];
}
