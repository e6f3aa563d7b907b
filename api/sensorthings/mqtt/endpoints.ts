/** Addresses of the broker for the landing page [STA 13.1, 14.1], and of the API for what is told over MQTT. */

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/;
/** Listening on all addresses. */
const ANY = /^(0\.0\.0\.0|::|)$/;

export interface Listening {
  readonly host: string;
  /** null: it does not listen (yet). */
  readonly port: number | null;
}

/**
 * WebSocket beside the API, where browsers go, and the broker's own port where the client of `root` can reach it. `given`:
 * what the operator has set instead.
 */
export function mqttEndpoints(root: string, broker: Listening, given: readonly string[]): readonly string[] {
  if (given.length > 0) return given;
  const { protocol, host, hostname, pathname } = new URL(root);
  const before = pathname.replace(/\/v1\.1\/?$/, '');
  const webSocket = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}${before}/mqtt`;
  if (broker.port === null || (LOOPBACK.test(broker.host) && !LOOPBACK.test(hostname))) return [webSocket];
  return [`mqtt://${hostname}:${broker.port}`, webSocket];
}

/** Over MQTT nobody says by which address he reaches the API: the public one, else the one of the HTTP server. */
export function apiRoot(publicUrl: string, { host, port }: Listening): string {
  if (publicUrl !== '') return publicUrl.replace(/\/+$/, '');
  const name = ANY.test(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port ?? 80}/v1.1`;
}
