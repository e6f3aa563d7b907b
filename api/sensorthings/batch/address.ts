/** Addresses inside a batch: absolute, from the root of the host, or from the API's [STA 11.2]. */
import { CodedError } from '../../../services/model/index.ts';

export interface PartAddress {
  /** From the version on, without a slash at its start, percent-encoded as it came. */
  readonly path: string;
  readonly search: string;
}

/** `root`: the API's address. The host of an absolute address is not looked at: behind proxies there are several. */
export function partAddress(url: string, root: string): PartAddress {
  const cut = url.indexOf('?');
  const before = cut < 0 ? url : url.slice(0, cut);
  const local = before.replace(/^https?:\/\/[^/]*/i, '');
  return { path: withoutSlashes(belowRoot(local, before, root)), search: cut < 0 ? '' : url.slice(cut + 1) };
}

function belowRoot(path: string, given: string, root: string): string {
  const base = new URL(root).pathname.replace(/\/+$/, '');
  for (const start of [base, '/v1.1']) {
    if (path === start) return '';
    if (path.startsWith(`${start}/`)) return path.slice(start.length);
  }
  // an absolute address of something else is not ours; `/Things` is how some clients write `Things`
  if (path !== given) throw new CodedError('notFound', `${given.slice(0, 200)} is no address below ${root}`);
  return path;
}

function withoutSlashes(path: string): string {
  let start = 0;
  let end = path.length;
  while (start < end && path[start] === '/') start++;
  while (end > start && path[end - 1] === '/') end--;
  return path.slice(start, end);
}
