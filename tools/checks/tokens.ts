/**
 * Cuts TypeScript into the few tokens that finding imports needs: words, strings and punctuation. Comments, template texts
 * and regular expressions are passed over, so that an `import` in one of them is not taken for one. TypeScript 7 brings no
 * JavaScript API, and type stripping removes just the type imports that the rules are about.
 */

export interface Token {
  readonly kind: 'word' | 'string' | 'other';
  /** The word, the string's content, or one character of punctuation. */
  readonly text: string;
  /** 1-based. */
  readonly line: number;
}

export interface Tokens {
  readonly tokens: readonly Token[];
  /** Line of a comment, template or regular expression that never ends: the scan is blind from there. null: none. */
  readonly brokenAt: number | null;
}

/** A `/` after one of these words begins a regular expression, not a division. */
const BEFORE_REGEX = new Set(
  'return typeof case in of delete void throw new else do yield await instanceof extends default'.split(' '),
);
const WORD = /[\p{ID_Start}$_#][\p{ID_Continue}$\u200c\u200d]*/uy;
const NUMBER = /(?:\d|\.\d)[\w.]*/y;
const REGEX = /\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;

export function tokenize(source: string): Tokens {
  const tokens: Token[] = [];
  /** Depth of braces at which an open `${` of a template ends. */
  const templates: number[] = [];
  let depth = 0;
  let line = 1;
  let at = 0;
  let brokenAt: number | null = null;

  const push = (kind: Token['kind'], text: string): void => {
    tokens.push({ kind, text, line });
  };
  const countLines = (from: number, to: number): void => {
    for (let i = from; i < to; i++) if (source.charCodeAt(i) === 10) line++;
  };
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0] ?? null;
  };
  /** Moves behind a template's text: to its end or behind the next `${`. */
  const template = (): void => {
    const begin = at;
    while (at < source.length) {
      const c = source[at];
      if (c === '\\') at += 2;
      else if (c === '`') {
        at++;
        countLines(begin, at);
        push('other', '`');
        return;
      } else if (c === '$' && source[at + 1] === '{') {
        at += 2;
        countLines(begin, at);
        templates.push(depth++);
        return;
      } else at++;
    }
    brokenAt ??= line;
  };

  if (source.startsWith('#!')) at = lineEnd(source, 0);
  while (at < source.length) {
    const c = source[at] as string;
    if (c === '\n') {
      line++;
      at++;
    } else if (c === ' ' || c === '\t' || c === '\r' || c === '\uFEFF') at++;
    else if (c === '/' && source[at + 1] === '/') at = lineEnd(source, at);
    else if (c === '/' && source[at + 1] === '*') {
      const end = source.indexOf('*/', at + 2);
      if (end < 0) {
        brokenAt ??= line;
        break;
      }
      countLines(at, end);
      at = end + 2;
    } else if (c === '"' || c === "'") {
      const begin = at++;
      while (at < source.length && source[at] !== c && source[at] !== '\n') at += source[at] === '\\' ? 2 : 1;
      push('string', source.slice(begin + 1, at));
      if (source[at] === c) at++;
    } else if (c === '`') {
      at++;
      template();
    } else if (c === '}' && templates.at(-1) === depth - 1) {
      templates.pop();
      depth--;
      at++;
      template();
    } else {
      const word = match(WORD) ?? match(NUMBER);
      if (word !== null) {
        push('word', word);
        at += word.length;
        continue;
      }
      const regex = c === '/' && startsRegex(tokens.at(-1)) ? match(REGEX) : null;
      if (regex !== null) {
        push('other', 'regex');
        at += regex.length;
        continue;
      }
      if (c === '{') depth++;
      else if (c === '}') depth--;
      push('other', c);
      at++;
    }
  }
  return { tokens, brokenAt };
}

function startsRegex(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === 'string') return false;
  if (before.kind === 'word') return BEFORE_REGEX.has(before.text);
  // After `}` stands mostly a statement, after `)` mostly a division; `if (x) /re/` is not written in this project.
  return !')]`'.includes(before.text) && before.text !== 'regex';
}

function lineEnd(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end < 0 ? source.length : end;
}
