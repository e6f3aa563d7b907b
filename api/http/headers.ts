/** Headers of every answer: an id for the log, protection for browsers, access for other web sites' scripts. */
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { CodedError } from '../../services/model/index.ts';
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

const READING = ['GET', 'HEAD', 'OPTIONS'];
const WRITING = ['POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Open data is for every web site [Fetch §3.2]: reading from anywhere; changing from the hub's own pages only, unless
 * `corsWrites` says otherwise.
 */
export function cors({ corsWrites }: Pick<Options, 'corsWrites'>): RequestHandler {
  const shared = corsWrites ? [...READING, ...WRITING] : READING;
  return (request, response, next) => {
    const preflight = request.method === 'OPTIONS' && request.get('access-control-request-method') !== undefined;
    if (shared.includes(request.method)) {
      response.set({
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Expose-Headers': 'X-Request-Id, Link, Location, Retry-After',
      });
    } else if (foreign(request)) {
      throw new CodedError(
        'access.denied',
        'scripts of other web sites only read; option http.corsWrites lets them write',
      );
    }
    if (!preflight) return next();
    response
      .set({
        'Access-Control-Allow-Methods': shared.join(', '),
        'Access-Control-Allow-Headers': 'Authorization, Content-Type, Prefer, X-Request-Id',
        'Access-Control-Max-Age': '86400',
      })
      .status(204)
      .end();
  };
}

/** Does a page of another web site send it? Forms need no preflight, and browsers add the password they know [Fetch Metadata §2.2]. */
function foreign(request: Request): boolean {
  const site = request.get('sec-fetch-site');
  return site === 'cross-site' || site === 'same-site';
}
