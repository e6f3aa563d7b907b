/** Where JSON goes wrong: JSON.parse doesn't always say so. Only asked when it has failed. */

const MARKS = '[]{}:,';
const SPACE = /[ \t\n\r]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const OTHER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** What may come next: a value, a value or `]`, a key, a key or `}`, `:`, a comma or the end of what is open. */
type Wanted = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'after';

/** Line and column of the first character that does not fit, from 1; the end of the text where something is missing. */
export function jsonErrorAt(text: string): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offsetOfError(text));
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
}

function offsetOfError(text: string): number {
  const open: ('[' | '{')[] = [];
  let wanted: Wanted = 'value';
  for (let at = 0; ; ) {
    if (text.charCodeAt(at) <= 32) at = end(SPACE, text, at);
    const first = text[at] ?? '';
    const isMark = first !== '' && MARKS.includes(first);
    const after = isMark ? at + 1 : first === '"' ? endOfText(text, at) : end(OTHER, text, at);
    if (after === at) return at;
    const next = step(wanted, open, first, isMark);
    if (next === null) return at;
    wanted = next;
    at = after;
  }
}

/** Where the token that begins at `at` ends; `at`: there is none. */
function end(token: RegExp, text: string, at: number): number {
  token.lastIndex = at;
  return token.test(text) ? token.lastIndex : at;
}

/** Without a pattern for the whole: it would go back over a long text that has no end. */
function endOfText(text: string, at: number): number {
  for (let i = at + 1; i < text.length; ) {
    const char = text.charCodeAt(i);
    if (char === 0x22) return i + 1;
    const next = char === 0x5c ? end(ESCAPE, text, i) : char < 0x20 ? i : i + 1;
    if (next === i) return at;
    i = next;
  }
  return at;
}

/** `mark`: how the token begins. null: it does not fit here. */
function step(wanted: Wanted, open: ('[' | '{')[], mark: string, isMark: boolean): Wanted | null {
  const takesValue = wanted === 'value' || wanted === 'valueOrEnd';
  if (!isMark) {
    if (takesValue) return 'after';
    return (wanted === 'key' || wanted === 'keyOrEnd') && mark === '"' ? 'colon' : null;
  }
  if (mark === '[' || mark === '{') {
    if (!takesValue) return null;
    open.push(mark);
    return mark === '[' ? 'valueOrEnd' : 'keyOrEnd';
  }
  if (mark === ':') return wanted === 'colon' ? 'value' : null;
  const inside = open.at(-1);
  if (inside === undefined) return null;
  if (mark === ',') return wanted !== 'after' ? null : inside === '[' ? 'value' : 'key';
  const ends = wanted === 'after' || wanted === (inside === '[' ? 'valueOrEnd' : 'keyOrEnd');
  if (!ends || mark !== (inside === '[' ? ']' : '}')) return null;
  open.pop();
  return 'after';
}
