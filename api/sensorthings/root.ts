/** The address under which a client reaches the API: all links of its answers begin with it. */
import { isIPv6 } from 'node:net';
import type { Request } from 'express';
import { CodedError } from '../../services/model/index.ts';
import type { Options } from './options.ts';

/**
 * As the client wrote it, unless one is configured. Proxies count as far as the server trusts them.
 * @throws CodedError request.host where the client wrote none, or one that is no host.
 */
export function rootOf(req: Request, { publicUrl }: Pick<Options, 'publicUrl'>): string {
  if (publicUrl !== '') return publicUrl.replace(/\/+$/, '');
  const host: string | undefined = req.host;
  if (host === undefined || !isHost(host)) {
    const found = host === undefined ? 'there is none' : `not '${host.slice(0, 80)}'`;
    throw new CodedError('request.host', `the header Host names a host and perhaps a port, ${found}`);
  }
  return `${req.protocol}://${host}${req.baseUrl}`;
}

/** [RFC 9110 §7.2] A name or an IPv4 address, or an IPv6 address in brackets; a port of 0 to 65535. */
function isHost(text: string): boolean {
  const match = /^(?:([A-Za-z0-9._-]{1,255})|\[([0-9A-Fa-f:.]+)\])(?::(\d{1,5}))?$/.exec(text);
  if (match === null || Number(match[3] ?? 0) > 65_535) return false;
  return match[2] === undefined ? URL.canParse(`http://${text}`) : isIPv6(match[2]);
}
