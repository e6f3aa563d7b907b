/** The address of a caller, for limits and the log. */
import type { IncomingMessage } from 'node:http';

/**
 * Each trusted proxy appends the address that it saw to X-Forwarded-For, so the caller's stands `trustedProxies` from the
 * end; what stands before was written by the caller and proves nothing.
 */
export function addressOf(request: IncomingMessage, trustedProxies: number): string {
  const direct = request.socket.remoteAddress ?? 'unknown';
  if (trustedProxies === 0) return direct;
  const forwarded = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
  return forwarded.at(-trustedProxies) ?? forwarded[0] ?? direct;
}
