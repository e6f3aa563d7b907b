import type { Identity } from './access.ts';

/** MQTT clients on this machine deliver without a token; they see no more than anybody. */
export function onThisMachine(anybody: Identity): Identity {
  return {
    ...anybody,
    name: 'loopback',
    scopes: new Set([...anybody.scopes, 'ingest']),
    writes: anybody.writes === 'everything' ? 'everything' : 'observe',
  };
}
