import type { Lang } from './locale.ts';

/** Into the browser's address, so that a reload and a shared link speak the same language. */
export function keepLanguage(lang: Lang): void {
  const query = new URLSearchParams(location.search);
  query.set('lang', lang);
  // A comma may stand as it is [RFC 3986 §3.4].
  history.replaceState(null, '', `${location.pathname}?${query.toString().replaceAll('%2C', ',')}${location.hash}`);
}
