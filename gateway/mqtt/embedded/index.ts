/**
 * The hub's own MQTT broker (3.1, 3.1.1), on aedes. Start with `broker.ts`; `ingest.ts` is the way of a message in,
 * `subscribers.ts` the way of news out, `guard.ts` what stands in front of the parser.
 */
export { type EmbeddedBroker, type EmbeddedPorts, embeddedBroker } from './broker.ts';
export type { Credential } from './credential.ts';
