import { type Address, writeAddress } from '../state/index.ts';
import type { Lang } from '../text/index.ts';

/** Into the browser's address, so that a reload and a shared link show the same; the way back stays as it is. */
export function keepAddress(address: Address): void {
  replace(writeAddress(location.search, address));
}

export function keepLanguage(lang: Lang): void {
  const query = new URLSearchParams(location.search);
  query.set('lang', lang);
  // A comma may stand as it is [RFC 3986 §3.4].
  replace(`?${query.toString().replaceAll('%2C', ',')}`);
}

function replace(search: string): void {
  history.replaceState(null, '', `${location.pathname}${search}${location.hash}`);
}
