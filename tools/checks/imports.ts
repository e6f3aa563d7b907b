/** Who imports whom: every .ts file against the table of ARCHITECTURE.md; no cycles; across folders through index.ts. */
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import type { Check, CheckResult } from './check.ts';
import { findCycles } from './cycles.ts';
import { type Rule, readRules, ruleOf, unitOf } from './rules.ts';
import { type ImportFound, scanImports } from './scan.ts';
import { filesOf } from './tree.ts';

/** Tests may use packages and Node wherever they stand, and test/support and `<folder>/testing` beside what their own folder may. */
const TEST_FILE = /(\.test(-d)?|\.config)\.ts$/;
const TEST_SUPPORT = 'test/support/';
/** Besides .ts a bundler takes these. */
const ASSET = /\.(json|css|svg|png)$|\?[a-z&]+$/;

/** `floor`: fewer files than this, and the check has looked in the wrong place. */
export function importsCheck(floor = 100): Check {
  return {
    name: 'imports',
    run: async ({ root }): Promise<CheckResult> => {
      const rules = readRules(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));
      const files = filesOf(root, '.ts').filter((file) => !file.endsWith('.d.ts'));
      const findings: string[] = [];
      const graph = new Map<string, { to: string; line: number }[]>();
      let visited = 0;
      for (const file of files) {
        const scan = scanImports(readFileSync(join(root, file), 'utf8'));
        visited += scan.imports.length;
        if (scan.brokenAt !== null) findings.push(`${file}:${scan.brokenAt}: the scan of imports loses its way here`);
        const mine = ruleOf(rules, file);
        if (mine === null) {
          findings.push(`${file}: no row of the table in ARCHITECTURE.md covers this file`);
          continue;
        }
        if (!mine.unit.startsWith('tools') && !mine.unit.startsWith('test') && !TEST_FILE.test(file)) {
          for (const line of scan.computed)
            findings.push(`${file}:${line}: import() of a computed address can't be checked`);
        }
        const edges: { to: string; line: number }[] = [];
        for (const found of scan.imports) {
          const problem = judge(root, rules, file, mine, found);
          if (problem !== null) findings.push(`${file}:${found.line}: ${problem}`);
          // What is started runs in another thread or process: it may import types of the file that starts it.
          else if (found.specifier.startsWith('.') && found.how !== 'started') {
            edges.push({ to: resolve(file, found.specifier), line: found.line });
          }
        }
        graph.set(file, edges);
      }
      for (const cycle of findCycles(graph))
        findings.push(`${cycle[0]}: imports itself in a circle: ${cycle.join(' ▸ ')}`);
      if (files.length < floor) findings.push(`.: only ${files.length} .ts files found, expected ${floor} or more`);
      return { visited: `${files.length} files, ${visited} imports, ${rules.length} rules`, findings };
    },
  };
}

function resolve(file: string, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(file), specifier.replace(/\?.*$/, '')));
}

/** What is wrong with one import, or null. */
function judge(
  root: string,
  rules: readonly Rule[],
  file: string,
  mine: { rule: Rule; unit: string },
  found: ImportFound,
): string | null {
  const { specifier } = found;
  const free = TEST_FILE.test(file);
  if (!specifier.startsWith('.')) {
    if (specifier.startsWith('/') || specifier.startsWith('#')) return `import '${specifier}' by a relative path`;
    if (free || mine.rule.packages === 'any') return null;
    if (mine.rule.packages === 'none') return `${mine.unit} is pure and imports no package, but '${specifier}'`;
    return isBuiltin(specifier) ? `${mine.unit} runs in the browser, which has no '${specifier}'` : null;
  }
  if (!specifier.endsWith('.ts') && !ASSET.test(specifier)) return `'${specifier}' must end in .ts`;
  const target = resolve(file, specifier);
  if (target.startsWith('..')) return `'${specifier}' leaves the project`;
  if (!existsSync(join(root, target))) return `'${specifier}' does not exist`;
  const theirs = ruleOf(rules, target);
  if (theirs === null || theirs.unit === mine.unit) return null;
  if (free && target.startsWith(TEST_SUPPORT)) return null;
  const allowed = mine.rule.may.find((to) => to.folder === theirs.unit || unitOf(to.folder, target) === theirs.unit);
  if (allowed === undefined) return `${mine.unit} may not import ${theirs.unit}`;
  if (allowed.typesOnly && !found.typeOnly && !free)
    return `${mine.unit} may import only types of ${theirs.unit}: use import type`;
  if (free && target === `${theirs.unit}/testing/index.ts`) return null;
  if (theirs.unit !== target && target !== `${theirs.unit}/index.ts`) {
    return `'${specifier}' goes into ${theirs.unit} past its index.ts`;
  }
  return null;
}
