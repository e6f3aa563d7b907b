/**
 * Entities over MQTT [STA 13, 14]: `door.ts` is what the broker asks; `topic.ts` reads a topic, `topic-index.ts` finds topics
 * by what has changed, `news.ts` tells it. `creation.ts` is the other way: Observations that clients publish.
 */
export { topicDoor } from './door.ts';
export { apiRoot, mqttEndpoints } from './endpoints.ts';
export { topicEvents } from './happenings.ts';
export type { TopicPorts } from './ports.ts';
export { refusedCreations } from './source.ts';
