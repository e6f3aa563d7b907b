/** Headers of every answer: an id for the log, protection for browsers, access for other web sites' scripts. */
import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Options } from './options.ts';

const REQUEST_ID = /^[\w.-]{1,64}$/;

/**
 * Content-Security-Policy [CSP 3] for the dashboards: scripts of the hub only, MapLibre's worker as file or blob, the base
 * map's origin for tiles, glyphs and images. Inline styles stay allowed: map and charts position with them.
 */
export function contentSecurityPolicy({ site, frameAncestors }: Pick<Options, 'site' | 'frameAncestors'>): string {
  const addresses = site.baseMapStyle === null ? [] : [site.baseMapStyle, ...site.baseMapHosts];
  const map = [...new Set(addresses.map((address) => new URL(address).origin))].map((origin) => ` ${origin}`).join('');
  return [
    "default-src 'self'",
    "script-src 'self'",
    "worker-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: blob:${map}`,
    `connect-src 'self'${map}`,
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    `frame-ancestors 'self'${frameAncestors.map((origin) => ` ${origin}`).join('')}`,
  ].join('; ');
}

export function headers(options: Pick<Options, 'site' | 'frameAncestors'>): RequestHandler {
  const policy = contentSecurityPolicy(options);
  return (request, response, next) => {
    const given = request.get('x-request-id');
    response.set({
      'X-Request-Id': given !== undefined && REQUEST_ID.test(given) ? given : randomUUID(),
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'strict-origin-when-cross-origin',
    });
    next();
  };
}

/** Open data is for every web site [Fetch §3.2]: reading from anywhere, changing only from the hub's own pages. */
export const cors: RequestHandler = (request, response, next) => {
  const preflight = request.method === 'OPTIONS' && request.get('access-control-request-method') !== undefined;
  if (preflight || request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') {
    response.set({
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Expose-Headers': 'X-Request-Id, Link, Retry-After',
    });
  }
  if (!preflight) return next();
  response
    .set({
      'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type, Prefer, X-Request-Id',
      'Access-Control-Max-Age': '86400',
    })
    .status(204)
    .end();
};
