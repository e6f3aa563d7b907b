/** Reads a recorded case: `<client>/<case>/request` and `expected`, each with one or more steps parted by lines of `---`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Message {
  /** Request: `GET /v1.1/Things HTTP/1.1`. Answer: the status. */
  readonly first: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface Case {
  readonly name: string;
  readonly steps: readonly { readonly request: Message; readonly expected: Message }[];
}

/** Cases of one client, by name. Throws where one of the two files is missing, or they differ in their number of steps. */
export function casesOf(folder: string): Case[] {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  return names.map((name) => {
    const [requests, answers] = ['request', 'expected'].map((file) => messages(join(folder, name, file))) as [
      Message[],
      Message[],
    ];
    if (requests.length !== answers.length)
      throw new Error(`${folder}/${name}: ${requests.length} requests, but ${answers.length} answers`);
    return { name, steps: requests.map((request, i) => ({ request, expected: answers[i] as Message })) };
  });
}

function messages(file: string): Message[] {
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  return readFileSync(file, 'utf8')
    .split(/^---\n/m)
    .map((text) => message(text.replace(/^\n+/, '')));
}

function message(text: string): Message {
  const end = text.indexOf('\n\n');
  const [first = '', ...lines] = (end < 0 ? text.trimEnd() : text.slice(0, end)).split('\n');
  const headers = lines.map((line): [string, string] => {
    const at = line.indexOf(':');
    if (at < 0) throw new Error(`no header: ${line}`);
    return [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()];
  });
  return { first, headers: new Map(headers), body: end < 0 ? '' : text.slice(end + 2).replace(/\n+$/, '') };
}
