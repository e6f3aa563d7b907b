/** Options that pages and container files name are options of the hub: `STADTPEGEL_HTTP_PORT`, `--http.port`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './check.ts';
import { filesOf } from './tree.ts';

/** Generated from the schema, see option-pages.ts: every option with its environment variable. */
const KNOWN = '.env.example';
/** Where a name may be that is no option: what has been, and what is generated. */
const NOT_READ = /^(CHANGELOG\.md|docs\/reference\/)/;
/** Read before the options are. */
const RESERVED = ['STADTPEGEL_CONFIG'];

export const optionNamesCheck: Check = {
  name: 'options that pages name',
  run: async ({ root }) => {
    if (!existsSync(join(root, KNOWN))) return { visited: '0 options', findings: [`${KNOWN}: is missing`] };
    const example = readFileSync(join(root, KNOWN), 'utf8');
    const known = new Set([...example.matchAll(/^#?(STADTPEGEL_[A-Z0-9_]+)=/gm)].map((m) => m[1] as string));
    const findings = known.size === 0 ? [`${KNOWN}: holds no option`] : [];
    const files = [
      ...filesOf(root, '.md').filter((file) => !NOT_READ.test(file)),
      ...['Dockerfile', 'docker-compose.yml'].filter((file) => existsSync(join(root, file))),
    ];
    let named = 0;
    for (const file of files) {
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .forEach((line, i) => {
          for (const { text, variable } of namesIn(line)) {
            named++;
            if (!known.has(variable) && !RESERVED.includes(variable))
              findings.push(`${file}:${i + 1}: ${text} is no option of the hub`);
          }
        });
    }
    return { visited: `${known.size} options, named ${named} times in ${files.length} files`, findings };
  },
};

/** Environment variables, and options with a dot as on the command line; other programs' options have none. */
function namesIn(line: string): { text: string; variable: string }[] {
  return [
    ...[...line.matchAll(/\bSTADTPEGEL_[A-Z0-9_]*[A-Z0-9]\b/g)].map(([text]) => ({ text, variable: text })),
    ...[...line.matchAll(/--([a-z][A-Za-z]*(?:\.[a-z][A-Za-z]*)+)\b/g)].map(([text, path = '']) => ({
      text,
      variable: variableOf(path),
    })),
  ];
}

/** `timeseries.sliceRows` ▸ `STADTPEGEL_TIMESERIES_SLICE_ROWS`. */
function variableOf(path: string): string {
  return `STADTPEGEL_${path
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
    .replaceAll('.', '_')
    .toUpperCase()}`;
}
