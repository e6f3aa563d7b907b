/**
 * MQTT in three ways: `embedded/` (the hub's own broker), `external/` (a broker that the city runs), `mapping/` (the source
 * `mqtt`: JSON of any device, mapped by configuration). Start with README.md.
 */
export { type Credential, type EmbeddedBroker, type EmbeddedPorts, embeddedBroker } from './embedded/index.ts';
export { type BrokerOptions, type ExternalBroker, type ExternalPorts, externalBroker } from './external/index.ts';
export { type MqttHappenings, mqttHappenings } from './happenings.ts';
export { type Mapping, mqttSource } from './mapping/index.ts';
export { mqttMeasures } from './measures.ts';
export { type Options, options } from './options.ts';
