/** The raw query of an URL ▸ decoded parameters. Express's own reading loses order, repetition and case. */
import { CodedError } from '../../../services/model/index.ts';

/** `+` is a space, `%24` a dollar, blanks around names are ignored: real clients send all of it. */
export function parseQueryString(raw: string): [name: string, text: string][] {
  const out: [string, string][] = [];
  for (const part of raw.split('&')) {
    if (part === '') continue;
    const cut = part.indexOf('=');
    const name = decode(cut < 0 ? part : part.slice(0, cut)).trim();
    if (name !== '') out.push([name, cut < 0 ? '' : decode(part.slice(cut + 1))]);
  }
  return out;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new CodedError('query.syntax', `'${text.slice(0, 80)}' is not percent-encoded UTF-8`, { cause });
  }
}
