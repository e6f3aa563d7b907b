/** Paths into JSON: `.a.b[0]["odd name"]`; `.` is the whole message. A small grammar, so that every path is cheap and safe. */

export type JsonPath = readonly (string | number)[];

export type ParsedPath =
  | { readonly ok: true; readonly path: JsonPath }
  | { readonly ok: false; readonly problem: string };

const MAX_LENGTH = 256;
const MAX_STEPS = 16;

function wrong(text: string, at: number, expected: string): ParsedPath {
  const found = at < text.length ? JSON.stringify(text[at]) : 'the end';
  return { ok: false, problem: `column ${at + 1} of ${JSON.stringify(text)}: expected ${expected}, found ${found}` };
}

/** Reads a path; the problem names the column. */
export function parsePath(text: string): ParsedPath {
  if (text.length > MAX_LENGTH)
    return { ok: false, problem: `a path may have ${MAX_LENGTH} characters, found ${text.length}` };
  if (text === '.') return { ok: true, path: [] };
  const path: (string | number)[] = [];
  const name = /[\p{L}\p{N}_$-]+/uy;
  const index = /\[(\d{1,6})\]/y;
  const quoted = /\[("(?:[^"\\]|\\.)*")\]/y;
  let at = 0;
  while (at < text.length) {
    if (path.length === MAX_STEPS) return { ok: false, problem: `a path may have ${MAX_STEPS} steps` };
    const from = text[at] === '.' ? at + 1 : at;
    for (const pattern of [name, index, quoted]) pattern.lastIndex = pattern === name ? from : at;
    const isName = text[at] === '.' ? name.exec(text) : null;
    const isIndex = index.exec(text);
    const isQuoted = quoted.exec(text);
    const match = isName ?? isIndex ?? isQuoted;
    if (match === null) return wrong(text, from, at === from ? '"." or "["' : 'a name');
    const step = stepOf(isName, isIndex, match[1]);
    if (step === null) return wrong(text, at, 'a name in JSON quotes');
    path.push(step);
    at = (isName === null ? at : from) + match[0].length;
  }
  return path.length === 0 ? wrong(text, 0, '"." or "["') : { ok: true, path };
}

function stepOf(
  name: RegExpExecArray | null,
  index: RegExpExecArray | null,
  inner: string | undefined,
): string | number | null {
  if (name !== null) return name[0];
  if (index !== null) return Number(inner);
  try {
    return JSON.parse(inner as string) as string;
  } catch {
    return null;
  }
}

/** What stands at the path; undefined where there is nothing. Only own properties count, never those of the prototype. */
export function valueAt(value: unknown, path: JsonPath): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    if (typeof step === 'number') {
      if (!Array.isArray(current)) return undefined;
    } else if (Array.isArray(current) || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<string | number, unknown>)[step];
  }
  return current;
}
