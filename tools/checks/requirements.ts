/**
 * Every requirement of the standard has a test that proves it, and the hub claims just those. A test says what it proves in its
 * title, or in that of a `describe` around it: `test('counts what matches [req request-data/count]', …)`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './check.ts';
import type { GeneratedFile } from './generated.ts';
import { REQUIREMENT_ROOT, REQUIREMENTS } from './requirement-list.ts';
import { filesOf } from './tree.ts';

interface Proof {
  readonly file: string;
  readonly line: number;
  /** Without its tags. */
  readonly title: string;
  readonly requirements: readonly string[];
}

const FOLDERS = ['api', 'gateway', 'ingest', 'services', 'test'];
const TAG = /\[req ([a-z0-9-]+(?:\/[a-z0-9-]+)*)\]/g;
/** A title with a tag, on one line: what stands between its quotes. */
const TITLE = /(['"`])((?:(?!\1).)*\[req [a-z0-9/-]+\](?:(?!\1).)*)\1/g;
/** What `test.each` puts its cases in. */
const PLACEHOLDER = /%[sdifjoO]/g;
const PAGE = 'docs/reference/sensorthings-requirements.md';

/** `claimed`: the URIs of the landing page. */
export function requirementsCheck(claimed: readonly string[], list: typeof REQUIREMENTS = REQUIREMENTS): Check {
  const known = new Set(list.map(([uri]) => uri));
  return {
    name: 'requirements of SensorThings',
    run: async ({ root }) => {
      const proofs = proofsIn(root);
      const proved = new Set(proofs.flatMap(({ requirements }) => requirements));
      const claims = new Set(claimed.map((uri) => uri.replace(REQUIREMENT_ROOT, '')));
      return {
        visited: `${list.length} requirements, ${proofs.length} tests that name them`,
        findings: [
          ...list.filter(([uri]) => !proved.has(uri)).map(([uri]) => `test/conformance: no test proves ${uri}`),
          ...proofs.flatMap(({ file, line, requirements }) =>
            requirements.filter((uri) => !known.has(uri)).map((uri) => `${file}:${line}: ${uri} is no requirement`),
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
  const proofs = proofsIn(root);
  const rows = REQUIREMENTS.map(([uri, clause, asks]) => {
    const tests = proofs.filter(({ requirements }) => requirements.includes(uri));
    const links = tests.map(({ file, title }) => `[${title.replaceAll('|', '\\|')}](../../${file})`).join('<br>');
    return `| \`${uri}\` | ${clause} | ${asks} | ${links} |`;
  });
  const without = REQUIREMENTS.filter(([uri]) => !proofs.some(({ requirements }) => requirements.includes(uri)));
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

function proofsIn(root: string): Proof[] {
  return filesOf(root, '.test.ts', FOLDERS).flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, i) =>
        [...line.matchAll(TITLE)].map(([, , title = '']) => ({
          file,
          line: i + 1,
          title: title.replace(TAG, '').replace(PLACEHOLDER, '…').replace(/\s+/g, ' ').trim(),
          requirements: [...title.matchAll(TAG)].map(([, uri]) => uri as string),
        })),
      ),
  );
}
