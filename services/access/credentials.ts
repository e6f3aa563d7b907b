/** The token of an `Authorization` header: `Bearer <token>` [RFC 6750 §2.1], or `Basic` with the token as password [RFC 7617]. */

/** null: no header, or one of a kind that the hub doesn't know (then the caller is nobody, and is told so). */
export function tokenOf(
  authorization: string | undefined,
): { readonly scheme: 'bearer' | 'basic'; readonly token: string } | null {
  if (authorization === undefined) return null;
  const space = authorization.indexOf(' ');
  const scheme = authorization.slice(0, Math.max(space, 0)).toLowerCase();
  const rest = authorization.slice(space + 1).trim();
  if (scheme === 'bearer' && rest !== '') return { scheme, token: rest };
  if (scheme !== 'basic') return null;
  const pair = Buffer.from(rest, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? null : { scheme, token: pair.slice(colon + 1) };
}
