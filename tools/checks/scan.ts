/** Finds what a TypeScript file imports: `import`, `export … from`, `import()`, and the files it starts as workers or processes. */
import { type Token, tokenize } from './tokens.ts';

export interface ImportFound {
  /** As written, e.g. `../model/index.ts`. */
  readonly specifier: string;
  readonly line: number;
  /** `import type` or `export type`: gone at run time. */
  readonly typeOnly: boolean;
  /** `started`: `new URL('./x.ts', import.meta.url)`, what workers and child processes are started with. */
  readonly how: 'static' | 'dynamic' | 'started';
}

export interface Scan {
  readonly imports: readonly ImportFound[];
  /** Lines of `import(…)` whose address is computed: they can't be checked. */
  readonly computed: readonly number[];
  /** Line from which the scan is blind (see tokens.ts); null: none. */
  readonly brokenAt: number | null;
}

export function scanImports(source: string): Scan {
  const { tokens, brokenAt } = tokenize(source);
  const imports: ImportFound[] = [];
  const computed: number[] = [];
  tokens.forEach((token, i) => {
    if (token.kind !== 'word' || tokens[i - 1]?.text === '.') return;
    const next = tokens[i + 1];
    if (token.text === 'import' && next?.text === '(') {
      const what = tokens[i + 2];
      if (what?.kind === 'string')
        imports.push({ specifier: what.text, line: token.line, typeOnly: false, how: 'dynamic' });
      else if (!isMethod(tokens, i)) computed.push(token.line);
    } else if (token.text === 'import' || token.text === 'export') {
      const from = token.text === 'import' && next?.kind === 'string' ? next : clauseEnd(tokens, i + 1);
      if (from !== undefined) {
        const typeOnly = next?.text === 'type' && tokens[i + 2]?.text !== 'from' && tokens[i + 2]?.text !== ',';
        imports.push({ specifier: from.text, line: token.line, typeOnly, how: 'static' });
      }
    } else if (token.text === 'URL' && next?.text === '(') {
      const what = tokens[i + 2];
      const ofThisFile = ['import', '.', 'meta', '.', 'url'].every((text, k) => tokens[i + 4 + k]?.text === text);
      if (what?.kind === 'string' && what.text.endsWith('.ts') && ofThisFile) {
        imports.push({ specifier: what.text, line: token.line, typeOnly: false, how: 'started' });
      }
    }
  });
  return { imports, computed, brokenAt };
}

/** The string behind the `from` of an import or export clause that begins at `i`; undefined: it is no such clause. */
function clauseEnd(tokens: readonly Token[], i: number): Token | undefined {
  for (let at = i; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    if (token.text === 'from' && tokens[at + 1]?.kind === 'string') return tokens[at + 1];
    const inClause = token.kind === 'word' || '{},*'.includes(token.text) || tokens[at - 1]?.text === 'as';
    if (!inClause || STATEMENTS.has(token.text)) return undefined;
  }
  return undefined;
}

/** A method that is called `import`: `import(document: unknown): Report;` in an interface, `async import(…) {` in a class. */
function isMethod(tokens: readonly Token[], i: number): boolean {
  if (!['{', '}', ';', ',', 'async'].includes(tokens[i - 1]?.text ?? '')) return false;
  let depth = 0;
  for (let at = i + 1; at < tokens.length; at++) {
    if (tokens[at]?.text === '(') depth++;
    if (tokens[at]?.text === ')' && --depth === 0) return [':', '{'].includes(tokens[at + 1]?.text ?? '');
  }
  return false;
}

/** What follows `export` where no other module is meant. */
const STATEMENTS = new Set(
  'const let var function class interface abstract async declare enum namespace import export'.split(' '),
);
