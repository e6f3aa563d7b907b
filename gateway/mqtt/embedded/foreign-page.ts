/** Does a page of another web site open the WebSocket? Browsers tell, and let every page do it [RFC 6455 §10.2]. */
import type { IncomingMessage } from 'node:http';

export function isForeignPage({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  const { origin } = headers;
  // programs send none
  if (origin === undefined || headers['sec-fetch-site'] === 'same-origin') return false;
  return !URL.canParse(origin) || new URL(origin).host !== (headers.host ?? '').toLowerCase();
}
