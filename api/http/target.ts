/** The target of a request [RFC 9112 §3.2]. */
import type { IncomingMessage } from 'node:http';

const ABSOLUTE = /^https?:\/\/(?<authority>[^/?#]*)(?<rest>.*)$/is;

/**
 * A target may name scheme and host too, as it does for proxies: routers see the path alone, and the host that it names in
 * place of the header's [§3.2.2]. False: it is none that can be answered.
 */
export function toPath(request: IncomingMessage): boolean {
  const target = request.url ?? '';
  const found = ABSOLUTE.exec(target);
  if (found === null) return target.startsWith('/') || target === '*';
  const { authority = '', rest = '' } = found.groups ?? {};
  if (!URL.canParse(`http://${authority}`)) return false;
  const { host, username, password } = new URL(`http://${authority}`);
  if (username !== '' || password !== '') return false;
  request.headers.host = host;
  request.url = rest.startsWith('/') ? rest : `/${rest}`;
  return true;
}

/** What stands behind `?`, whatever stands before it. */
export function queryOf(target: string | undefined): URLSearchParams {
  const at = target?.indexOf('?') ?? -1;
  return new URLSearchParams(at < 0 ? '' : target!.slice(at + 1));
}
