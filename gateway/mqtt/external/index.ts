/** A broker that the city runs, connected with mqtt.js. Start with `broker.ts`; `connection.ts` is one of its connections. */
export { type ExternalBroker, externalBroker } from './broker.ts';
export type { BrokerOptions } from './options.ts';
export type { ExternalPorts } from './ports.ts';
