/** Where JSON goes wrong: JSON.parse doesn't always say so. Only asked when it has failed. */

const TOKEN =
  /\s*(?:([[\]{}:,])|("(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/uy;

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
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    const start = at + /^\s*/.exec(text.slice(at, at + 10_000))![0].length;
    if (found === null) return start;
    const [, mark, value] = found;
    const next = step(wanted, open, mark, value);
    if (next === null) return start;
    wanted = next;
    at = TOKEN.lastIndex;
  }
}

/** null: the token does not fit here. */
function step(wanted: Wanted, open: ('[' | '{')[], mark: string | undefined, value: string | undefined): Wanted | null {
  const takesValue = wanted === 'value' || wanted === 'valueOrEnd';
  if (value !== undefined) {
    if (takesValue) return 'after';
    return (wanted === 'key' || wanted === 'keyOrEnd') && value.startsWith('"') ? 'colon' : null;
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
