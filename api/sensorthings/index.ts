/**
 * OGC SensorThings API 1.1 [18-088]. A query goes text ▸ syntax tree (`syntax/`) ▸
 * checked plan (`plan/`) ▸ entities that the reader may see (`rows/`) ▸ JSON (`answer/`); what the sets are is data in
 * `schema/`. A write goes body ▸ plan on top of the catalogue ▸ one change of the registry (`write/`). `batch/` takes many
 * requests at once, `mqtt/` tells of changes and takes Observations over MQTT. Start with
 * `router.ts`, then `schema/standard.ts`.
 */

export { CONFORMANCE, MQTT_CONFORMANCE } from './answer/index.ts';
export { batchDefect } from './batch/index.ts';
export { type ContextPorts, Contexts } from './contexts.ts';
export { apiRoot, mqttEndpoints, refusedCreations, type TopicPorts, topicDoor, topicEvents } from './mqtt/index.ts';
export { type Options, options } from './options.ts';
export { type SensorThingsPorts, sensorThings } from './router.ts';
export { entityWriter, type Writer } from './write/index.ts';
