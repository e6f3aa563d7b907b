/** Addresses inside a batch: absolute, from the root of the host, or from the API's [STA 11.2]. */
import { CodedError } from '../../../services/model/index.ts';

export interface PartAddress {
  /** From the version on, without a slash at its start, percent-encoded as it came. */
  readonly path: string;
  readonly search: string;
}

/**
 * `root`: the API's address; `host`: the one that the batch came to, which behind a proxy may be another.
 * @throws CodedError notFound for an address of another host, or of something else here.
 */
export function partAddress(url: string, root: string, host: string): PartAddress {
  const cut = url.indexOf('?');
  const before = cut < 0 ? url : url.slice(0, cut);
  const named = /^https?:\/\/([^/]*)/i.exec(before);
  const local = named === null ? before : before.slice(named[0].length);
  if (named !== null && ![new URL(root).host, host].some((ours) => sameHost(ours, named[1]!)))
    throw new CodedError('notFound', `${before.slice(0, 200)} is an address of another host, not below ${root}`);
  return { path: withoutSlashes(belowRoot(local, before, root)), search: cut < 0 ? '' : url.slice(cut + 1) };
}

/** Host and port; the ports that an address need not name are left out. */
function sameHost(a: string, b: string): boolean {
  const bare = (host: string) => host.toLowerCase().replace(/:(?:80|443)?$/, '');
  return bare(a) === bare(b);
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
