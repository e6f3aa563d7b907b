/** What a reload and a shared address keep, in the query of the page's address. Pure. */
export interface Address {
  /** Id of a town; null: the largest. */
  readonly town: string | null;
  readonly view: 'map' | 'list';
  /** Domains that are chosen; none: all. */
  readonly domains: readonly string[];
}

/** Domains that are read from an address at most: it may come from anybody. */
const MOST_DOMAINS = 40;

/** Never throws: what an address doesn't say, or says in a way that is not ours, is as at the first visit. */
export function readAddress(search: string): Address {
  const query = new URLSearchParams(search);
  const domains = (query.get('domains') ?? '').split(',').filter((domain) => /^[\w-]{1,40}$/.test(domain));
  return {
    town: query.get('town') || null,
    view: query.get('view') === 'list' ? 'list' : 'map',
    domains: [...new Set(domains)].slice(0, MOST_DOMAINS),
  };
}

/** The query with this address in it; the usual is left out, and what others have put there is kept. */
export function writeAddress(search: string, { town, view, domains }: Address): string {
  const query = new URLSearchParams(search);
  put(query, 'town', town ?? '');
  put(query, 'view', view === 'list' ? 'list' : '');
  put(query, 'domains', domains.join(','));
  // A comma may stand in a query as it is [RFC 3986 §3.4], and is easier to read so.
  const text = query.toString().replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}

function put(query: URLSearchParams, key: string, value: string): void {
  if (value === '') query.delete(key);
  else query.set(key, value);
}
